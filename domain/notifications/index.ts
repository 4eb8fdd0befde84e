export { renderNotification, NOTIFICATIONS, type NotificationName, type NotificationData } from './templates';
