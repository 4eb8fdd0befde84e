export { ROLES, roleMay, type Role, type Permission } from './roles';
