/** Where a business's pages are. */
export const pathOf = (businessId: string, rest = '') => `/dashboard/${businessId}${rest}`;

/** The path of a page or form behind the sign-in; empty for anything else, so that no link or form of somebody else's leads to another site or to a button. */
export function ownPath(path: string): string {
  const own = path.replace(/\/$/, '');
  return /^\/(?:dashboard|account|operator)(?:\/[\w-]+)*$/.test(own) ? own : '';
}
