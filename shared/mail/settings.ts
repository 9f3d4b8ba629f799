/** What a function that mails clients needs to know about us. */
import { type Brand, MailVariables, PortalVariables, variables } from '../config';

export interface MailSettings {
  brand: Brand;
  portalUrl: string;
}

const Variables = MailVariables.extend(PortalVariables.shape);

/** Reads the settings from the environment: a factory for `step`. */
export async function mailSettings(): Promise<MailSettings> {
  const { BRAND, PORTAL_URL } = variables(Variables);
  return { brand: BRAND, portalUrl: PORTAL_URL };
}
