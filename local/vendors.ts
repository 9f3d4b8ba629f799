/** Which vendors the environment puts in place of local parts, and whether any of them is real. */
import { z } from 'zod';

const url = z
  .url()
  .transform((text) => text.replace(/\/+$/, ''))
  .optional();

/** Vendor URLs that replace the local part; with each come the credentials that go to it and to nobody else. */
const Environment = z.object({
  XERO_API_URL: url,
  XERO_IDENTITY_URL: url,
  XERO_CLIENT_ID: z.string().optional(),
  XERO_CLIENT_SECRET: z.string().optional(),
  XERO_WEBHOOK_KEY: z.string().optional(),
  TWILIO_API_URL: url,
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEY: z.string().optional(),
  SUPABASE_SECRET_KEY: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  AWS_ENDPOINT_URL_SFN: url,
  AWS_ENDPOINT_URL_EVENTBRIDGE: url,
  AWS_ENDPOINT_URL_SES: url,
  AWS_ENDPOINT_URL_SNS: url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
});
export type VendorSettings = z.infer<typeof Environment>;

/** Reads the environment. Throws what is wrong with a URL, and which credentials are missing beside one. */
export function vendorSettings(environment: Record<string, string | undefined>): VendorSettings {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) throw new Error(`A vendor's URL is wrong: ${z.prettifyError(parsed.error)}`);
  const settings = parsed.data;
  const missing = [
    ...(settings.XERO_API_URL
      ? missingOf(settings, ['XERO_IDENTITY_URL', 'XERO_CLIENT_ID', 'XERO_CLIENT_SECRET', 'XERO_WEBHOOK_KEY'])
      : []),
    ...(settings.TWILIO_API_URL ? missingOf(settings, ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN']) : []),
    ...(settings.SUPABASE_URL ? missingOf(settings, ['SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_SECRET_KEY']) : []),
  ];
  if (missing.length > 0) throw new Error(`With the vendors' URLs that are set, these must be set too: ${missing.join(', ')}.`);
  return settings;
}

function missingOf(settings: VendorSettings, names: (keyof VendorSettings)[]): string[] {
  return names.filter((name) => !settings[name]);
}

/** Names of the variables that lead to something outside this machine. */
export function realVendors(settings: VendorSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => (/URL/.test(name) && value && !isLoopback(value) ? [name] : []));
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
