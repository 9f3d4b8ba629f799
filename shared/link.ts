/** Links to the portal. Pure. */

/** The page at `path` (`/onboarding/…`) under a base URL with or without a trailing slash. */
export function portalLink(portalUrl: string, path: `/${string}`): string {
  return portalUrl.replace(/\/+$/, '') + path;
}
