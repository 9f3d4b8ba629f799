/** The settings of every stage. What only the owner knows is `set-me` until it is filled in; see `unset`. */
import type * as z from 'zod';
import type { Brand } from '../shared/config';
import type { DepositRule } from '../shared/deposit-rule';

export const stageNames = ['local', 'dev', 'staging', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** A domain of which the pipeline gets its paths, and the existing website all others. */
export interface CustomDomain {
  /** For example www.coresentia.com.au. */
  domainName: string;
  /** An issued ACM certificate for it in us-east-1, where CloudFront looks. */
  certificateArn: string;
  /** Host name of the existing website under another name than `domainName`, for example coresentia.netlify.app. */
  websiteOrigin: string;
}

export interface StageSettings {
  stage: StageName;
  brand: Brand;
  /** `tenantIds` is the allow-list of Xero organisations. */
  depositRule: z.input<typeof DepositRule>;
  /** Base URL without a trailing slash, if a proxy (the website, say) passes /api and the portal's paths on to the function URLs. */
  publicUrl?: string;
  /** Our own CloudFront distribution in front of everything, on the SOP's domain; it decides `publicUrl`. See docs/deploy.md. */
  customDomain?: CustomDomain;
  supabase: { url: string; publishableKey: string };
  /** Vendors' base URLs, if they are not the vendors' own. */
  xeroApiUrl?: string;
  xeroIdentityUrl?: string;
  twilioApiUrl?: string;
  twilio: {
    /** SIDs of the approved regulatory bundle and its address; without them Australia sells no number. */
    bundleSid?: string;
    addressSid?: string;
    /** Our own number, in E.164, that the test SMS comes from. */
    testNumber: string;
    /** Buy another Australian number that does SMS if no mobile is for sale. */
    allowLocalNumber: boolean;
  };
  /** An inference profile of ap-southeast-2. */
  bedrockModelId: string;
  /**
   * Concurrent executions kept for each public function, so that neither can starve the other. Off by default: a new AWS account has 10 in all,
   * and AWS keeps 100 unreserved; `npm run doctor` says when the quota (1,000) allows it.
   */
  reservedConcurrency?: number;
  /** Receives the operator's notices and alarms; without it, subscribe to the topic by hand. */
  operatorEmail?: string;
}

const coresentia = {
  name: 'CoreSentia',
  fromEmail: 'hello@coresentia.com.au',
  replyTo: 'hello@coresentia.com.au',
  websiteUrl: 'https://www.coresentia.com.au',
};
const bedrockModelId = 'au.anthropic.claude-haiku-4-5-20251001-v1:0';
const marks = { itemCodes: ['DEPOSIT'], referencePattern: '\\bdep(osit)?\\b' };

/** Nothing real: complete, so that the laptop runs it as it is. Phones from the range that Australia keeps for fiction (ACMA). */
const local: StageSettings = {
  stage: 'local',
  brand: { ...coresentia, signerName: 'Sam', phone: '+61491570006', legalName: 'CoreSentia Pty Ltd', abn: '00 000 000 000' },
  depositRule: { tenantIds: ['70784a63-d24b-46a9-a4db-0e70a274b056'], goLiveDate: '2026-01-01', marks },
  supabase: { url: 'http://127.0.0.1:54321', publishableKey: 'sb_publishable_local' },
  twilio: {
    bundleSid: 'BU00000000000000000000000000000001',
    addressSid: 'AD00000000000000000000000000000001',
    testNumber: '+61491570156',
    allowLocalNumber: false,
  },
  bedrockModelId,
};

/** A stage whose owner's values are still missing. Its rule lets nothing in until it is given a tenant and a day. */
const toFillIn: Omit<StageSettings, 'stage'> = {
  brand: { ...coresentia, signerName: 'set-me', phone: 'set-me', legalName: 'set-me', abn: 'set-me' },
  depositRule: { tenantIds: ['00000000-0000-0000-0000-000000000000'], goLiveDate: '9999-12-31', marks },
  supabase: { url: 'https://set-me.supabase.co', publishableKey: 'set-me' },
  twilio: { bundleSid: 'set-me', addressSid: 'set-me', testNumber: 'set-me', allowLocalNumber: false },
  bedrockModelId,
  operatorEmail: 'set-me@example.com',
};

export const stages: Record<StageName, StageSettings> = {
  local,
  dev: { stage: 'dev', ...toFillIn },
  staging: { stage: 'staging', ...toFillIn },
  prod: { stage: 'prod', ...toFillIn },
};

/** Paths of the values that the owner has not given yet, for example `brand.abn`. */
export function unset(settings: object, path = ''): string[] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'object' && value !== null) return unset(value, here);
    return typeof value === 'string' && /set-me|^[0-]+$|^9999-/.test(value) ? [here] : [];
  });
}

/** Throws an error that lists the stages if there is no such stage. */
export function stageOf(name: string): StageSettings {
  const found = stageNames.find((candidate) => candidate === name);
  if (!found) throw new Error(`no stage ${name}; there are ${stageNames.join(', ')}`);
  return stages[found];
}
