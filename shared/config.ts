/** The only run-time read of the environment. `infra/` takes each function's variable names from these schemas. */
import * as z from 'zod';
import { DepositRule } from './deposit-rule';

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        const parsed: unknown = JSON.parse(text);
        return parsed;
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** Who the mails come from and how CoreSentia names itself. E-mail addresses plain, phone in E.164. */
export const Brand = z.object({
  name: z.string(),
  fromEmail: z.email(),
  replyTo: z.email(),
  signerName: z.string(),
  phone: z.string(),
  legalName: z.string(),
  abn: z.string(),
  websiteUrl: z.url(),
});
export type Brand = z.infer<typeof Brand>;

/** One schema per thing that a function may touch; a function gets the variables of what it uses and no others. */
export const SupabaseVariables = z.object({ SUPABASE_URL: z.url(), SUPABASE_SECRET_ID: z.string() });
/** The portal acts as the signed-in person with the publishable key. */
export const PublicSupabaseVariables = z.object({ SUPABASE_URL: z.url(), SUPABASE_PUBLISHABLE_KEY: z.string() });
export const XeroVariables = z.object({
  XERO_SECRET_ID: z.string(),
  XERO_API_URL: z.url().default('https://api.xero.com'),
  XERO_IDENTITY_URL: z.url().default('https://identity.xero.com'),
});
export const XeroWebhookVariables = z.object({ XERO_WEBHOOK_SECRET_ID: z.string() });
export const DepositRuleVariables = z.object({ DEPOSIT_RULE: json(DepositRule) });
export const TwilioVariables = z.object({ TWILIO_SECRET_ID: z.string(), TWILIO_API_URL: z.url().default('https://api.twilio.com') });
/** What a bought number is pointed at, and what Australian law wants with the purchase (SIDs of the approved bundle and its address). */
export const NumberVariables = z.object({
  SMS_WEBHOOK_URL: z.url(),
  SMS_FALLBACK_URL: z.url(),
  VOICE_WEBHOOK_URL: z.url(),
  VOICE_STATUS_URL: z.url(),
  TWILIO_BUNDLE_SID: z.string().optional(),
  TWILIO_ADDRESS_SID: z.string().optional(),
  ALLOW_LOCAL_NUMBER: z.stringbool().default(false),
});
/** Where Twilio reports what becomes of a text that we send. */
export const SmsStatusVariables = z.object({ SMS_STATUS_URL: z.url() });
/** Our own number, in E.164, that the test SMS comes from. */
export const TestNumberVariables = z.object({ TEST_NUMBER: z.string() });
export const MailVariables = z.object({ BRAND: json(Brand), SES_CONFIGURATION_SET: z.string() });
/** Base URL of the portal, with or without a trailing slash. */
export const PortalVariables = z.object({ PORTAL_URL: z.url() });
export const EventBusVariables = z.object({ EVENT_BUS_NAME: z.string() });
export const OperatorVariables = z.object({ OPERATOR_TOPIC_ARN: z.string() });
export const BedrockVariables = z.object({ BEDROCK_MODEL_ID: z.string() });
/** The state machines whose failed executions the audit looks for, with commas between. */
export const StateMachineVariables = z.object({
  STATE_MACHINE_ARNS: z
    .string()
    .min(1)
    .transform((arns) => arns.split(',')),
});
/** The public base URL when a proxy stands in front of the function URL; otherwise the request's own domain name is used. */
export const PublicUrlVariables = z.object({ PUBLIC_URL: z.url().optional() });

/** What Lambda itself sets in every function. */
export const LambdaVariables = z.object({ AWS_LAMBDA_FUNCTION_NAME: z.string().default('') });

/** Reads variables from the environment. Throws an error that names what is missing or malformed, never a value. */
export function variables<T extends z.ZodType>(schema: T): z.infer<T> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`environment variables are wrong: ${problems.join('; ')}`);
}
