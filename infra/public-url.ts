/** The base URL that people and vendors use, if it is not the function URLs' own. */
import type { StageSettings } from './stages';

/** Without a trailing slash: of our own CloudFront distribution, or of a proxy that somebody else runs. */
export function publicUrlOf({ publicUrl, customDomain }: Pick<StageSettings, 'publicUrl' | 'customDomain'>): string | undefined {
  return customDomain ? `https://${customDomain.domainName}` : publicUrl?.replace(/\/+$/, '');
}
