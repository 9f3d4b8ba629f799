/** Where a business's pages are. */
export const pathOf = (businessId: string, rest = '') => `/dashboard/${businessId}${rest}`;
