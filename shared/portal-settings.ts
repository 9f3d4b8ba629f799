/** Where the portal is. */
import { PortalVariables, variables } from './config';

export interface PortalSettings {
  portalUrl: string;
}

export const portalSettings = async (): Promise<PortalSettings> => ({ portalUrl: variables(PortalVariables).PORTAL_URL });
