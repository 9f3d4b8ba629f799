-- A lead that was deleted stays deleted: Twilio's log still has its texts, and the reconciliation, a queue or a repeated webhook would bring them back.

-- SHA-256 of the MessageSids of texts that were deleted with their lead. Twilio's log is read three days back and a queue keeps a message fourteen:
-- after thirty days nothing can bring a text back.
create table public.erased_messages (
  sid_hash text primary key check (sid_hash ~ '^[0-9a-f]{64}$'),
  erased_at timestamptz not null
);
alter table public.erased_messages enable row level security;
revoke all on public.erased_messages from public, anon, authenticated;
grant all on public.erased_messages to service_role;

create function private.sid_hash(p_message_sid text) returns text
language sql immutable set search_path = '' as $$ select encode(sha256(convert_to(p_message_sid, 'UTF8')), 'hex') $$;
revoke execute on function private.sid_hash(text) from public;
grant execute on function private.sid_hash(text) to service_role;

-- As before, and what is gone is known to be gone.
create or replace function private.erase_lead(p_lead public.leads, p_now timestamptz) returns bigint
language plpgsql security definer set search_path = '' as $$
declare texts bigint;
begin
  select count(*) into texts from public.messages m where m.lead_id = p_lead.id;
  if p_lead.opted_out then
    insert into public.opt_out_hashes (business_id, phone_hash, opted_out_at)
    values (p_lead.business_id, private.phone_hash(p_lead.business_id, p_lead.phone), p_lead.opted_out_at)
    on conflict (business_id, phone_hash) do nothing;
  end if;
  insert into public.erased_messages (sid_hash, erased_at)
  select private.sid_hash(m.message_sid), p_now from public.messages m
   where m.lead_id = p_lead.id and m.direction = 'inbound' and m.message_sid is not null and m.created_at > p_now - interval '30 days'
  on conflict (sid_hash) do nothing;
  delete from public.bookings k where k.lead_id = p_lead.id and k.is_demo;
  update public.bookings k
     set lead_id = null, title = 'Booking of a deleted lead', revision = k.revision + 1, updated_at = p_now
   where k.lead_id = p_lead.id;
  -- What a flag quotes in the client's own words may name the lead as well.
  update public.feedback f set body = '(deleted with the lead)'
    from public.messages m where f.message_id = m.id and m.lead_id = p_lead.id;
  update public.calls c set phone = null where c.business_id = p_lead.business_id and c.phone = p_lead.phone;
  delete from public.leads l where l.id = p_lead.id;
  return texts;
end $$;

-- A text that was deleted comes from nobody. `p_kind` as before.
alter function public.receive_message(text, text, text, text, integer, timestamptz, text) set schema private;
alter function private.receive_message(text, text, text, text, integer, timestamptz, text) rename to take_message;
create function public.receive_message(
  p_message_sid text, p_from text, p_to text, p_body text, p_media_count integer, p_now timestamptz, p_kind text default 'text') returns jsonb
language plpgsql set search_path = '' as $$
begin
  if exists (select from public.erased_messages e where e.sid_hash = private.sid_hash(p_message_sid)) then
    return jsonb_build_object('outcome', 'silent');
  end if;
  return private.take_message(p_message_sid, p_from, p_to, p_body, p_media_count, p_now, p_kind);
end $$;
call private.service_only('public.receive_message');

-- As before; what was deleted is neither missing nor waiting for an answer.
alter function public.unsettled_messages(jsonb, timestamptz) set schema private;
alter function private.unsettled_messages(jsonb, timestamptz) rename to unsettled_texts;
create function public.unsettled_messages(p_message_sids jsonb, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(s.sid), '[]') from jsonb_array_elements_text(private.unsettled_texts(p_message_sids, p_now)) s (sid)
   where not exists (select from public.erased_messages e where e.sid_hash = private.sid_hash(s.sid))
$$;
call private.service_only('public.unsettled_messages');

-- As before.
create or replace function public.purge_portal_leftovers(p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  delete from public.rate_limits r where r.window_start < p_now - interval '2 days';
  delete from public.sign_in_failures f where f.day < (p_now - interval '90 days')::date;
  delete from public.email_changes c where c.created_at < p_now - interval '90 days';
  delete from public.member_invitations i where i.created_at < p_now - interval '90 days';
  delete from public.erased_messages e where e.erased_at < p_now - interval '30 days';
end $$;
