export { ROLES, PERMISSIONS, roleMay, type Role, type Permission } from './roles';
