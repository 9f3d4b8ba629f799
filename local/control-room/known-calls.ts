/** The names of calls that faults can meet, as suggestions: a fault may name any other. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Fault } from '../kernel/faults';

/** By vendor; `*` meets every call and is left out. */
export type KnownCalls = Record<Fault['vendor'], string[]>;

let known: KnownCalls | undefined;

/** Database functions are read from the migrations and Lambda functions from the bundles, so that none is forgotten. */
export function knownCalls(): KnownCalls {
  known ??= {
    xero: ['getInvoice', 'getInvoices', 'getContact', 'getContacts', 'token', 'connections', 'xeroWebhook'],
    twilio: [
      'searchNumbers',
      'createNumber',
      'listNumbers',
      'updateNumber',
      'fetchNumber',
      'deleteNumber',
      'createMessage',
      'listMessages',
      'fetchMessage',
      'balance',
      'pricing',
    ],
    ses: ['SendEmail', 'event'],
    sns: ['Publish'],
    supabase: [
      ...databaseFunctions().map((name) => `rpc/${name}`),
      'auth/admin/users',
      'auth/admin/generate_link',
      'auth/verify',
      'auth/token',
    ],
    eventbridge: ['PutEvents'],
    stepfunctions: ['SendTaskSuccess', 'GetExecutionHistory', 'ListExecutions', 'RedriveExecution', 'StopExecution', 'StartExecution'],
    secrets: ['GetSecretValue'],
    bedrock: ['converse'],
    lambda: globSync('dist/functions/*/index.js')
      .map((file) => basename(dirname(file)))
      .toSorted(),
  };
  return known;
}

function databaseFunctions(): string[] {
  const sql = globSync('supabase/migrations/*.sql').map((file) => readFileSync(file, 'utf8'));
  const names = sql.flatMap((text) => [...text.matchAll(/^create (?:or replace )?function public\.(\w+)/gm)].map(([, name = '']) => name));
  return [...new Set(names)].toSorted();
}
