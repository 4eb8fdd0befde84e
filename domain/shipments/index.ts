export { TRACKING_STATUSES, isMilestone, isNews, type TrackingStatus } from './tracking';
