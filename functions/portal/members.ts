/** What a member reads of a business, under RLS. */
import type { PostgrestError, SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod';
import { TransientError } from '../../shared/errors';

const Time = z.iso.datetime({ offset: true });

const Business = z.object({
  id: z.uuid(),
  business_name: z.string(),
  phone_number: z.string().nullable(),
  status: z.string(),
  /** IANA; null for a business that the pipeline did not make. */
  time_zone: z.string().nullable(),
});
const Lead = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  phone: z.string(),
  is_test: z.boolean(),
  is_demo: z.boolean(),
  messages: z.array(
    z.object({ id: z.string().or(z.number()), direction: z.enum(['inbound', 'outbound']), body: z.string(), created_at: Time }),
  ),
});

export interface Dashboard {
  business: z.infer<typeof Business>;
  /** Newest first, at most 50, each with its conversation, oldest message first. */
  leads: z.infer<typeof Lead>[];
}

/** The businesses of the signed-in person, by name. */
export async function readBusinesses(supabase: SupabaseClient): Promise<{ id: string; name: string }[]> {
  const answer = await supabase.from('businesses').select('id, business_name').order('business_name');
  const rows = z.array(Business.pick({ id: true, business_name: true })).parse(rowsOf(answer));
  return rows.map((row) => ({ id: row.id, name: row.business_name }));
}

/** Null if RLS shows no such business to this person. */
export async function readDashboard(supabase: SupabaseClient, businessId: string): Promise<Dashboard | null> {
  if (!z.uuid().safeParse(businessId).success) return null;
  const found = await supabase.from('businesses').select('id, business_name, phone_number, status, time_zone').eq('id', businessId);
  const [business] = z.array(Business).parse(rowsOf(found));
  if (!business) return null;
  const answer = await supabase
    .from('leads')
    .select('id, name, phone, is_test, is_demo, messages!messages_lead_id_fkey(id, direction, body, created_at)')
    .eq('business_id', businessId)
    .order('created_at', { ascending: false })
    .order('created_at', { referencedTable: 'messages' })
    .limit(50);
  return { business, leads: z.array(Lead).parse(rowsOf(answer)) };
}

function rowsOf({ data, error }: { data: unknown; error: PostgrestError | null }): unknown {
  if (error) throw new TransientError(`the dashboard could not be read (${error.code || 'no answer'})`);
  return data;
}
