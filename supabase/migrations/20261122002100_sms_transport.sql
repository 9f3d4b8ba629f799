-- The transport around the SMS conversation: what became of each text, messages that come late, alerts to the owner, missed calls.

-- `claimed`: somebody is sending it, or died doing so; `released`: Twilio proved that it did not take it. The rest is Twilio's own word.
create domain private.text_status as text
  check (value in ('claimed', 'released', 'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed'));
grant usage on type private.text_status to service_role, authenticated;

alter table public.messages
  -- Outbound only. Without a status: Twilio has not told yet.
  add column status private.text_status,
  add column status_at timestamptz,
  add column error_code integer,
  -- Inbound: when it was found at Twilio because no webhook had brought it.
  add column recovered_at timestamptz,
  -- Outbound: the missed call that it answers.
  add column call_sid text unique,
  add constraint messages_status_is_of_outbound check (status is null or direction = 'outbound');
grant select (status, status_at, error_code, recovered_at) on public.messages to authenticated;

-- How the owner wants to hear of leads, and whether a call rings the owner's phone first. Null: both, and what the form says.
alter table public.business_settings
  add column if not exists notify_by text,
  add column if not exists notify_phone text,
  add column if not exists notify_email text,
  -- The owner has texted STOP to the business's number: nothing can be texted there until START.
  add column if not exists alerts_stopped_at timestamptz,
  add column if not exists ring_first boolean,
  add column if not exists ring_phone text,
  add column if not exists ring_seconds integer;
alter table public.business_settings
  add constraint business_settings_notify_by check (notify_by in ('both', 'sms', 'email', 'none')) not valid,
  -- Australian numbers only: whoever may write here must not make us text or ring the world.
  add constraint business_settings_notify_phone check (notify_phone ~ '^\+614[0-9]{8}$') not valid,
  add constraint business_settings_ring_phone check (ring_phone ~ '^\+61[23478][0-9]{8}$') not valid,
  add constraint business_settings_notify_email check (notify_email like '%_@_%' and length(notify_email) <= 200) not valid,
  add constraint business_settings_ring_seconds check (ring_seconds between 5 and 40) not valid;
grant select (notify_by, notify_phone, notify_email, alerts_stopped_at, ring_first, ring_phone, ring_seconds)
  on public.business_settings to authenticated;
grant update (notify_by, notify_phone, notify_email, ring_first, ring_phone, ring_seconds) on public.business_settings to authenticated;

-- One alert to the owner. The text message is claimed here, the mail in email_messages.
create table public.owner_alerts (
  id uuid primary key default gen_random_uuid(),
  business_id uuid not null references public.businesses (id) on delete cascade,
  lead_id uuid not null references public.leads (id) on delete cascade,
  message_sid text not null,
  urgent boolean not null,
  due_at timestamptz not null,
  created_at timestamptz not null,
  sms_status private.text_status,
  sms_sid text unique,
  sms_at timestamptz,
  sms_error_code integer,
  emailed_at timestamptz,
  done_at timestamptz,
  unique (lead_id, message_sid)
);
create index owner_alerts_due_idx on public.owner_alerts (due_at) where done_at is null;

-- Calls to a business's number. `phone` is null if the caller withholds it.
create table public.calls (
  call_sid text primary key,
  business_id uuid not null references public.businesses (id) on delete cascade,
  phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  outcome text not null default 'open' check (outcome in ('open', 'answered', 'missed')),
  -- Why a missed call got no text, or `sent`.
  text_back text,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index calls_business_idx on public.calls (business_id, created_at);

-- Until when each number's messages were compared with Twilio's.
create table public.number_reconciliations (e164 text primary key, reconciled_at timestamptz not null);

do $$
declare table_name text;
begin
  foreach table_name in array array['owner_alerts', 'calls', 'number_reconciliations']
  loop
    execute format('alter table public.%I enable row level security', table_name);
    execute format('revoke all on public.%I from public, anon, authenticated', table_name);
    execute format('grant all on public.%I to service_role', table_name);
  end loop;
end $$;
grant select (call_sid, business_id, phone, outcome, text_back, created_at) on public.calls to authenticated;
create policy "a member reads its calls" on public.calls for select to authenticated using (private.is_member(business_id));

-- Who owns a business and how to reach that person: the settings, else the form.
create function private.owner_of(p_business_id uuid) returns table (
  phone text, email text, first_name text, notify_by text, stopped boolean, ring_phone text, ring_seconds integer)
language sql stable set search_path = '' as $$
  select coalesce(s.notify_phone, o.form ->> 'mobile'), coalesce(s.notify_email, o.form ->> 'email'), o.form ->> 'firstName',
         coalesce(s.notify_by, 'both'), s.alerts_stopped_at is not null,
         case when coalesce(s.ring_first, true) then coalesce(s.ring_phone, o.form ->> 'mobile') end, coalesce(s.ring_seconds, 18)
    from public.businesses b
    left join lateral (select * from public.business_settings x where x.business_id = b.id limit 1) s on true
    left join lateral (select x.form from public.client_onboarding x where x.business_id = b.id and x.form is not null limit 1) o on true
   where b.id = p_business_id
$$;

create function private.text_rank(p_status text) returns integer language sql immutable set search_path = '' as $$
  select case p_status when 'queued' then 2 when 'sending' then 3 when 'sent' then 4
    when 'delivered' then 5 when 'undelivered' then 5 when 'failed' then 5 when 'claimed' then 1 else 0 end
$$;

-- Like receive_message: a business that the pipeline made comes before an older one with the same number.
create function private.business_with(p_number text) returns public.businesses
language sql stable set search_path = '' as $$
  select b from public.businesses b where b.phone_number = p_number order by b.run_id is null, b.created_at desc limit 1
$$;

revoke execute on function private.owner_of(uuid), private.text_rank(text), private.business_with(text) from public;
grant execute on function private.owner_of(uuid), private.text_rank(text), private.business_with(text) to service_role;

-- The owner's own STOP and START, by whichever way they come.
create function private.note_owner_consent() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.opted_out is distinct from old.opted_out
     and exists (select from private.owner_of(new.business_id) o where o.phone = new.phone) then
    update public.business_settings
       set alerts_stopped_at = case when new.opted_out then coalesce(alerts_stopped_at, new.opted_out_at) end
     where business_id = new.business_id;
  end if;
  return new;
end $$;
revoke execute on function private.note_owner_consent() from public;
grant execute on function private.note_owner_consent() to service_role;
create trigger leads_note_owner_consent after update of opted_out on public.leads
  for each row execute function private.note_owner_consent();

-- What became of a text. `p_ref` names ours (`reply:<inbound SID>`, `message:<id>`, `alert:<id>`): Twilio may report before we know the SID.
create function public.record_text_status(
  p_ref text, p_message_sid text, p_status text, p_error_code integer, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  message public.messages;
  alert public.owner_alerts;
begin
  select * into message from public.messages where message_sid = p_message_sid and direction = 'outbound' for update;
  if message.id is null then
    select * into message from public.messages m
     where m.direction = 'outbound' and m.message_sid is null
       and (m.in_reply_to = substr(p_ref, 7) and p_ref like 'reply:%' or p_ref = 'message:' || m.id)
     for update;
  end if;
  if message.id is not null then
    update public.messages set message_sid = p_message_sid where id = message.id and message_sid is null;
    update public.messages set status = p_status, status_at = p_now, error_code = p_error_code
     where id = message.id and private.text_rank(p_status) > private.text_rank(status);
    if p_error_code = 21610 then
      update public.leads set opted_out = true, opted_out_at = coalesce(opted_out_at, p_now) where id = message.lead_id;
    end if;
    return true;
  end if;
  select * into alert from public.owner_alerts a
   where a.sms_sid = p_message_sid or (a.sms_sid is null and p_ref = 'alert:' || a.id) for update;
  if alert.id is null then return false; end if;
  update public.owner_alerts set sms_sid = p_message_sid where id = alert.id and sms_sid is null;
  update public.owner_alerts
     set sms_status = p_status, sms_at = p_now, sms_error_code = p_error_code,
         -- A text that did not arrive is followed by a mail.
         done_at = case when p_status in ('failed', 'undelivered') and emailed_at is null then null else done_at end
   where id = alert.id and private.text_rank(p_status) > private.text_rank(sms_status);
  if p_error_code = 21610 then
    update public.business_settings set alerts_stopped_at = coalesce(alerts_stopped_at, p_now) where business_id = alert.business_id;
  end if;
  return true;
end $$;
call private.service_only('public.record_text_status');

-- Twilio proved that it did not take the text: it may be claimed again.
create function public.release_text(p_ref text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.messages m set status = 'released', status_at = p_now where p_ref = 'message:' || m.id and m.status = 'claimed';
  update public.owner_alerts a set sms_status = 'released', sms_at = p_now where p_ref = 'alert:' || a.id and a.sms_status = 'claimed';
end $$;
call private.service_only('public.release_text');

-- Late messages.

create function public.has_newer_message(p_message_sid text, p_from text, p_to text, p_sent_at timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.messages m join public.leads l on l.id = m.lead_id
     where l.business_id = (private.business_with(p_to)).id and l.phone = p_from
       and m.direction = 'inbound' and m.message_sid <> p_message_sid and m.created_at > p_sent_at)
$$;
call private.service_only('public.has_newer_message');

-- True if it was really late: the webhook may have stored it after all. It is shown when it was sent, not when we found it.
create function public.mark_recovered(p_message_sid text, p_sent_at timestamptz, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.messages set recovered_at = p_now, created_at = p_sent_at
   where message_sid = p_message_sid and direction = 'inbound' and recovered_at is null and created_at > p_sent_at + interval '30 seconds';
  return found;
end $$;
call private.service_only('public.mark_recovered');

-- What Twilio shows as the answer is the answer, whatever was meant to go out.
create function public.adopt_reply(p_in_reply_to text, p_body text, p_message_sid text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from public.messages where message_sid = p_message_sid) then return; end if;
  insert into public.messages (business_id, lead_id, direction, body, in_reply_to, message_sid, status, status_at, created_at)
  select m.business_id, m.lead_id, 'outbound', p_body, p_in_reply_to, p_message_sid, 'sent', p_now, p_now
    from public.messages m where m.message_sid = p_in_reply_to
  on conflict (in_reply_to) do update
     set message_sid = excluded.message_sid, body = excluded.body, status = excluded.status, status_at = excluded.status_at
   where messages.message_sid is null;
end $$;
call private.service_only('public.adopt_reply');

-- The recorded reply that nobody has sent: of any number of simultaneous claims one gets it.
create function public.claim_reply(p_in_reply_to text, p_now timestamptz) returns jsonb
language sql set search_path = '' as $$
  update public.messages m set status = 'claimed', status_at = p_now
    from public.leads l join public.businesses b on b.id = l.business_id
   where m.in_reply_to = p_in_reply_to and m.message_sid is null and (m.status is null or m.status = 'released')
     and l.id = m.lead_id and not l.opted_out and b.status = 'active'
  returning jsonb_build_object('ref', 'message:' || m.id, 'body', m.body)
$$;
call private.service_only('public.claim_reply');

-- Every number that a business has, the one longest not looked at first. Three days back at most; an hour of overlap for what Twilio lists late.
create function public.numbers_to_reconcile(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('e164', n.e164, 'since',
           greatest(r.reconciled_at - interval '1 hour', p_now - interval '3 days')) order by r.reconciled_at nulls first), '[]')
    from (select distinct b.phone_number as e164 from public.businesses b where b.phone_number ~ '^\+[1-9][0-9]{6,14}$') n
    left join public.number_reconciliations r on r.e164 = n.e164
$$;
call private.service_only('public.numbers_to_reconcile');

create function public.record_reconciled(p_e164 text, p_at timestamptz) returns void
language sql set search_path = '' as $$
  insert into public.number_reconciliations (e164, reconciled_at) values (p_e164, p_at)
  on conflict (e164) do update set reconciled_at = greatest(number_reconciliations.reconciled_at, excluded.reconciled_at)
$$;
call private.service_only('public.record_reconciled');

create function public.unknown_messages(p_message_sids jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(s.sid), '[]') from jsonb_array_elements_text(p_message_sids) s (sid)
   where not exists (select from public.messages m where m.message_sid = s.sid)
$$;
call private.service_only('public.unknown_messages');

-- Alerts to the owner.

create function public.owner_time_zone(p_business_id uuid) returns text
language sql stable set search_path = '' as $$
  select b.time_zone from public.businesses b where b.id = p_business_id
$$;
call private.service_only('public.owner_time_zone');

-- The alert's id, null if there is nothing to tell: our own test, the owner's own trial, or an emergency told of half an hour ago.
create function public.plan_owner_alert(
  p_business_id uuid, p_lead_id uuid, p_message_sid text, p_urgent boolean, p_due_at timestamptz, p_now timestamptz) returns uuid
language plpgsql set search_path = '' as $$
declare
  lead public.leads;
  alert_id uuid;
begin
  select * into lead from public.leads where id = p_lead_id and business_id = p_business_id for update;
  if lead.id is null or lead.is_test or lead.is_demo then return null; end if;
  if exists (select from private.owner_of(p_business_id) o where o.phone = lead.phone) then return null; end if;
  select a.id into alert_id from public.owner_alerts a where a.lead_id = p_lead_id and a.message_sid = p_message_sid;
  if alert_id is not null then return alert_id; end if;
  if exists (select from public.owner_alerts a
              where a.lead_id = p_lead_id and a.created_at > p_now - interval '30 minutes' and (a.urgent or not p_urgent)) then
    return null;
  end if;
  insert into public.owner_alerts (business_id, lead_id, message_sid, urgent, due_at, created_at)
  values (p_business_id, p_lead_id, p_message_sid, p_urgent, p_due_at, p_now) returning id into alert_id;
  return alert_id;
end $$;
call private.service_only('public.plan_owner_alert');

-- What is due, or this one alert if it is: by which ways it must still go. After two days it is no news any more.
create function public.due_owner_alerts(p_alert_id uuid, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'alertId', a.id, 'runId', b.run_id, 'businessId', b.id, 'businessName', coalesce(b.business_name, ''), 'from', b.phone_number,
      'leadId', a.lead_id, 'urgent', a.urgent, 'firstName', o.first_name, 'stopped', o.stopped, 'email', o.email,
      'smsTo', case when w.sms then o.phone end,
      'emailTo', case when a.emailed_at is null and o.notify_by <> 'none'
                       and (o.notify_by in ('both', 'email') or not w.possible or a.sms_status in ('failed', 'undelivered')) then o.email end)
    order by a.urgent desc, a.due_at), '[]')
    from public.owner_alerts a
    join public.businesses b on b.id = a.business_id
    cross join lateral private.owner_of(a.business_id) o
    cross join lateral (select o.phone is not null and b.phone_number is not null and not o.stopped as possible) p
    cross join lateral (select p.possible, p.possible and o.notify_by in ('both', 'sms')
                           and (a.sms_status is null or a.sms_status = 'released') as sms) w
   where (p_alert_id is null or a.id = p_alert_id) and a.done_at is null and a.due_at <= p_now and a.created_at > p_now - interval '2 days'
$$;
call private.service_only('public.due_owner_alerts');

create function public.claim_alert_sms(p_alert_id uuid, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.owner_alerts set sms_status = 'claimed', sms_at = p_now
   where id = p_alert_id and (sms_status is null or sms_status = 'released');
  return found;
end $$;
call private.service_only('public.claim_alert_sms');

create function public.record_alert_emailed(p_alert_id uuid, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.owner_alerts set emailed_at = coalesce(emailed_at, p_now) where id = p_alert_id
$$;
call private.service_only('public.record_alert_emailed');

create function public.finish_owner_alert(p_alert_id uuid, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.owner_alerts set done_at = p_now where id = p_alert_id and done_at is null
$$;
call private.service_only('public.finish_owner_alert');

-- Missed calls.

-- `ring`: try the owner first; `speak`: say that a text will follow; `closed`: the business is not served now.
create function public.receive_call(
  p_call_sid text, p_from text, p_to text, p_forwarded boolean, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  business public.businesses := private.business_with(p_to);
  caller constant text := case when p_from ~ '^\+[1-9][0-9]{6,14}$' then p_from end;
  owner record;
  may_ring boolean;
begin
  if business.id is null then return jsonb_build_object('outcome', 'unknown-number'); end if;
  if business.status is distinct from 'active' then return jsonb_build_object('outcome', 'closed'); end if;
  select * into owner from private.owner_of(business.id);
  -- The owner's phone may send calls on to this very number: a call that was passed on, that the owner makes, or that
  -- follows an open one of the same caller within two minutes rings nobody.
  may_ring := owner.ring_phone is not null and not p_forwarded and caller is distinct from owner.ring_phone
    and not private.is_our_own_phone(owner.ring_phone) and not (caller is not null and private.is_our_own_phone(caller))
    and not exists (select from public.calls c
                     where c.business_id = business.id and c.phone is not distinct from caller and c.outcome = 'open'
                       and c.call_sid <> p_call_sid and c.created_at > p_now - interval '2 minutes');
  insert into public.calls (call_sid, business_id, phone, created_at) values (p_call_sid, business.id, caller, p_now)
  on conflict (call_sid) do nothing;
  return jsonb_build_object('outcome', case when may_ring then 'ring' else 'speak' end, 'businessName', coalesce(business.business_name, ''),
    'ringPhone', owner.ring_phone, 'ringSeconds', owner.ring_seconds);
end $$;
call private.service_only('public.receive_call');

-- The first word on how it ended stays. Answers how it ended; null: no such call.
create function public.end_call(p_call_sid text, p_answered boolean, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
declare ended text;
begin
  update public.calls set outcome = case when p_answered then 'answered' else 'missed' end, ended_at = p_now
   where call_sid = p_call_sid and outcome = 'open';
  select outcome into ended from public.calls where call_sid = p_call_sid;
  return ended;
end $$;
call private.service_only('public.end_call');

create function public.missed_call(p_call_sid text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('businessName', coalesce(b.business_name, ''), 'from', b.phone_number, 'to', c.phone)
    from public.calls c join public.businesses b on b.id = c.business_id
   where c.call_sid = p_call_sid and c.outcome = 'missed'
$$;
call private.service_only('public.missed_call');

create function public.skip_text_back(p_call_sid text, p_reason text) returns void
language sql set search_path = '' as $$
  update public.calls set text_back = p_reason where call_sid = p_call_sid and text_back is null
$$;
call private.service_only('public.skip_text_back');

-- Stores lead and text and claims the sending; null if this caller must not be texted, or was already today (by the business's calendar).
create function public.claim_text_back(p_call_sid text, p_body text, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
declare
  call public.calls;
  business public.businesses;
  lead public.leads;
  message_id bigint;
  zone text;
  reason text;
begin
  select * into call from public.calls where call_sid = p_call_sid and outcome = 'missed' for update;
  if call.phone is null then return null; end if;
  update public.messages set status = 'claimed', status_at = p_now where call_sid = p_call_sid and status = 'released' returning id into message_id;
  if message_id is not null then return 'message:' || message_id; end if;
  if call.text_back is not null then return null; end if;
  select * into strict business from public.businesses where id = call.business_id;
  zone := coalesce(business.time_zone, 'Australia/Sydney');
  if private.is_our_own_phone(call.phone) then reason := 'our own number';
  elsif business.status is distinct from 'active' then reason := 'not active';
  elsif exists (select from private.owner_of(business.id) o where call.phone in (o.phone, o.ring_phone)) then reason := 'the owner';
  end if;
  if reason is null then
    insert into public.leads (business_id, phone, created_at) values (business.id, call.phone, p_now) on conflict (business_id, phone) do nothing;
    select * into strict lead from public.leads where business_id = business.id and phone = call.phone for update;
    if lead.opted_out then reason := 'opted out';
    elsif exists (select from public.messages m where m.lead_id = lead.id and m.call_sid is not null
                   and (m.created_at at time zone zone)::date = (p_now at time zone zone)::date) then reason := 'texted today';
    end if;
  end if;
  update public.calls set text_back = coalesce(reason, 'sent') where call_sid = p_call_sid;
  if reason is not null then return null; end if;
  update public.leads set last_message_at = greatest(last_message_at, p_now) where id = lead.id;
  insert into public.messages (business_id, lead_id, direction, body, call_sid, status, status_at, created_at)
  values (business.id, lead.id, 'outbound', p_body, p_call_sid, 'claimed', p_now, p_now) returning id into message_id;
  return 'message:' || message_id;
end $$;
call private.service_only('public.claim_text_back');
