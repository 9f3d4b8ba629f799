import { createHash } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import type { Endpoints } from './endpoints';

/** Who signs in to the operator's board of the stack on this laptop. */
export interface LocalOperator {
  email: string;
  password: string;
}

const email = 'operator@coresentia.example';

/** Makes the operator that the runbook has somebody make by hand; the password follows from the stack's own key, so it stays the same. Throws what the database says. */
export async function localOperator({ supabase, keys }: Pick<Endpoints, 'supabase' | 'keys'>): Promise<LocalOperator> {
  const client = createClient(supabase, keys.supabaseSecret, { auth: { persistSession: false } });
  const password = createHash('sha256').update(`operator ${keys.supabaseSecret}`).digest('base64url').slice(0, 20);
  const { data, error } = await client.auth.admin.createUser({ email, password, email_confirm: true });
  // It was made at an earlier start.
  if (error?.code === 'email_exists') return { email, password };
  if (error) throw new Error(`the operator could not be made: ${error.message}`);
  const row = { user_id: data.user.id, name: 'Operator', created_at: new Date().toISOString() };
  const stored = await client.from('operators').insert(row);
  if (stored.error) throw new Error(`the operator could not be made: ${stored.error.message}`);
  return { email, password };
}
