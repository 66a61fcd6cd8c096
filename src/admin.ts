export { type AdminPagesOptions, adminPages } from './admin/admin-pages.ts'
export type { AdminDesk, AdminPages } from './checkout/admin-pages.ts'
