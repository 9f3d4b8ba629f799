-- What is news to the owner, for how long, and when a lead's conversation begins anew.

alter table public.leads
  -- When the client last dealt with this lead by hand (took it over, wrote, won or lost it): what the lead says after that is news again.
  add column handled_at timestamptz,
  -- When the conversation of now began; null: with the lead.
  add column conversation_at timestamptz;

create function private.note_handled() returns trigger language plpgsql set search_path = '' as $$
begin
  new.handled_at := greatest(new.handled_at, new.taken_over_at, new.outcome_at);
  return new;
end $$;
create trigger leads_note_handled before update of taken_over_at, outcome_at on public.leads
  for each row execute function private.note_handled();

create function private.note_hand_written() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.leads l set handled_at = greatest(l.handled_at, new.created_at)
    from public.messages m where m.id = new.message_id and l.id = m.lead_id;
  return new;
end $$;
create trigger manual_replies_note_hand_written after insert on public.manual_replies
  for each row execute function private.note_hand_written();

-- What each text asks is PL/pgSQL here, these two for that reason alone: its statements are planned once per session, those of a SQL function at each call.
create or replace function private.is_our_own_phone(p_phone text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Numbers we hold, numbers of businesses, and the test number, which is known by the tests it has sent.
  return (select exists (select from public.phone_numbers n where n.e164 = p_phone and n.state <> 'released')
      or exists (select from public.businesses b where b.phone_number = p_phone)
      or exists (select from public.leads l where l.phone = p_phone and l.is_test));
end $$;

create or replace function private.carries_open_nonce(p_business_id uuid, p_body text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select exists (
    select from public.provisioning_runs r
      join public.provisioning_steps s on s.run_id = r.id and s.step = 'VerifySystem'
     where r.business_id = p_business_id and r.test_nonce is not null and position(r.test_nonce in p_body) > 0 and s.status <> 'done'));
end $$;

-- Something about a lead is still the same event: it is younger than that, and nobody has dealt with the lead since.
create function private.is_same_event(p_at timestamptz, p_lead public.leads, p_for interval, p_now timestamptz) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_at > p_now - p_for and p_at > coalesce(p_lead.handled_at, '-infinity'), false)
$$;

-- An emergency is told again after four hours, the wish for a person after twelve.
create function private.same_emergency(p_at timestamptz, p_lead public.leads, p_now timestamptz) returns boolean
language sql immutable set search_path = '' as $$ select private.is_same_event(p_at, p_lead, interval '4 hours', p_now) $$;
create function private.same_wish(p_at timestamptz, p_lead public.leads, p_now timestamptz) returns boolean
language sql immutable set search_path = '' as $$ select private.is_same_event(p_at, p_lead, interval '12 hours', p_now) $$;

-- What of this lead the owner has been told and need not hear again now.
drop function private.announced(public.leads);
create function private.announced(p_lead public.leads, p_now timestamptz) returns jsonb
language sql immutable set search_path = '' as $$
  select to_jsonb(array_remove(array[
    case when p_lead.announced_at is not null then 'new' end,
    case when private.same_emergency(p_lead.announced_urgent_at, p_lead, p_now) then 'urgent' end,
    case when private.same_wish(p_lead.announced_person_at, p_lead, p_now) then 'person' end], null))
$$;

-- A lead who has been away for two weeks, whose job is done, or whom the client has won or lost comes with something new.
create function private.begins_anew(p_lead public.leads, p_now timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce(p_lead.last_message_at < p_now - interval '14 days', false)
      or coalesce(p_lead.outcome_at between coalesce(p_lead.conversation_at, p_lead.created_at) and p_now - interval '12 hours', false)
      or exists (
        select from public.bookings b
         where b.lead_id = p_lead.id and b.status in ('booked', 'done') and not b.is_demo
           and b.ends_at > coalesce(p_lead.conversation_at, p_lead.created_at) and b.ends_at < p_now - interval '12 hours'));
end $$;

-- Finds or makes the lead and locks it: messages of one lead stand in line. `p_label`: 'test', 'trial' or null.
-- In a new conversation the lead is news, and the old job, wish and question are forgotten; name, suburb and language stay.
create or replace function private.lead_of(p_business_id uuid, p_phone text, p_label text, p_now timestamptz) returns public.leads
language plpgsql set search_path = '' as $$
declare
  lead public.leads;
  is_anew boolean;
begin
  select * into lead from public.leads where business_id = p_business_id and phone = p_phone for update;
  if lead.id is null then
    insert into public.leads (business_id, phone, is_test, is_trial, created_at, last_message_at)
    values (p_business_id, p_phone, p_label is not distinct from 'test', p_label is not distinct from 'trial', p_now, p_now)
    on conflict (business_id, phone) do nothing
    returning * into lead;
    if lead.id is not null then return lead; end if;
    select * into strict lead from public.leads where business_id = p_business_id and phone = p_phone for update;
  end if;
  is_anew := private.begins_anew(lead, p_now);
  update public.leads l
     set last_message_at = greatest(l.last_message_at, p_now),
         is_test = l.is_test or (p_label is not distinct from 'test' and not l.is_demo),
         is_trial = l.is_trial or p_label is not distinct from 'trial',
         conversation_at = case when is_anew then p_now else l.conversation_at end,
         announced_at = case when not is_anew then l.announced_at end,
         job = case when not is_anew then l.job end, urgency = case when not is_anew then l.urgency end,
         preferred_time = case when not is_anew then l.preferred_time end, asked = case when not is_anew then l.asked end,
         offered = case when is_anew then '[]' else l.offered end
   where l.id = lead.id
  returning * into lead;
  return lead;
end $$;

create or replace function private.note_announced(p_lead_id uuid, p_kinds jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.leads
     set announced_at = coalesce(announced_at, p_now),
         announced_urgent_at = case when p_kinds ? 'urgent' then p_now else announced_urgent_at end,
         announced_person_at = case when p_kinds ? 'person' then p_now else announced_person_at end
   where id = p_lead_id and p_kinds <> '[]';
end $$;

-- What the message told, asked and offered; what is not told stays as it was. An emergency that is still the same keeps its time.
create or replace function private.note_turn(p_lead_id uuid, p_turn jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.leads l
     set name = coalesce(p_turn #>> '{facts,name}', name), suburb = coalesce(p_turn #>> '{facts,suburb}', suburb),
         job = coalesce(p_turn #>> '{facts,job}', job), urgency = coalesce(p_turn #>> '{facts,urgency}', urgency),
         preferred_time = coalesce(p_turn #>> '{facts,preferredTime}', preferred_time),
         language = coalesce(p_turn #>> '{facts,language}', language),
         asked = p_turn ->> 'asked', offered = coalesce(p_turn -> 'offered', '[]'),
         urgent_at = case when not coalesce(p_turn -> 'flags' ? 'urgent', false) or private.same_emergency(urgent_at, l, p_now) then urgent_at
                          when private.same_emergency(announced_urgent_at, l, p_now) then announced_urgent_at else p_now end,
         person_wanted_at = case when not coalesce(p_turn -> 'flags' ? 'person', false) or private.same_wish(person_wanted_at, l, p_now) then person_wanted_at
                                 when private.same_wish(announced_person_at, l, p_now) then announced_person_at else p_now end,
         spam_at = case when p_turn -> 'flags' ? 'spam' then coalesce(spam_at, p_now) else spam_at end
   where id = p_lead_id;
end $$;

-- Nothing to say. `quiet`: a real lead, with what the owner knows of it; `isByHand`: nobody answers it unless a person does.
drop function private.silent(public.leads);
create function private.silent(p_lead public.leads, p_is_by_hand boolean, p_now timestamptz) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('outcome', 'silent') || case
    when p_lead.is_test or p_lead.is_trial or p_lead.is_demo or p_lead.opted_out or p_lead.spam_at is not null then '{}'
    else jsonb_build_object('quiet', jsonb_build_object('businessId', p_lead.business_id, 'leadId', p_lead.id, 'isByHand', p_is_by_hand,
      'announced', private.announced(p_lead, p_now))) end
$$;

drop function private.reply_request(public.messages, public.businesses, public.leads, timestamptz);
create function private.reply_request(
  p_message public.messages, p_business public.businesses, p_lead public.leads, p_settings public.business_settings,
  p_form jsonb, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (select jsonb_build_object(
    'outcome', 'reply', 'businessId', p_business.id, 'businessName', coalesce(p_business.business_name, ''),
    'phone', p_business.phone_number, 'timeZone', p_business.time_zone,
    'services', coalesce(p_form ->> 'services', ''),
    'tone', coalesce(p_settings.reply_tone, 'friendly'), 'topics', to_jsonb(p_settings.reply_topics), 'ownWords', coalesce(p_settings.reply_facts, ''),
    'workingHours', p_settings.working_hours,
    'travelBuffer', p_settings.default_travel_buffer, 'jobDuration', p_settings.default_job_duration,
    'leadId', p_lead.id, 'isTest', p_lead.is_test, 'isTrial', p_lead.is_trial,
    -- What never arrived has introduced nobody.
    'isFirst', not exists (
      select from public.messages m
       where m.lead_id = p_lead.id and m.direction = 'outbound' and coalesce(m.status, 'sent') not in ('failed', 'undelivered')),
    'facts', jsonb_build_object('name', p_lead.name, 'suburb', p_lead.suburb, 'job', p_lead.job,
      'urgency', case when p_lead.urgency is distinct from 'emergency' or private.is_same_event(p_lead.urgent_at, p_lead, interval '1 day', p_now)
                      then p_lead.urgency end,
      'preferredTime', p_lead.preferred_time, 'language', p_lead.language),
    'asked', p_lead.asked, 'offered', p_lead.offered, 'announced', private.announced(p_lead, p_now),
    'booking', (
      select jsonb_build_object('startsAt', b.starts_at, 'endsAt', b.ends_at) from public.bookings b
       where b.lead_id = p_lead.id and b.status = 'booked' and not b.is_demo and b.ends_at > p_now order by b.starts_at limit 1),
    'busy', coalesce((
      select jsonb_agg(jsonb_build_object('startsAt', b.starts_at, 'endsAt', b.ends_at) order by b.starts_at) from public.bookings b
       where b.business_id = p_business.id and b.status = 'booked' and not b.is_demo
         and b.ends_at > p_now - interval '1 day' and b.starts_at between p_now - interval '10 days' and p_now + interval '30 days'), '[]'),
    'thread', (
      select jsonb_agg(jsonb_build_object('from', case t.direction when 'inbound' then 'lead' else 'business' end, 'body', t.body,
               'mediaCount', t.media_count) order by t.id)
        from (select m.id, m.direction, m.body, m.media_count from public.messages m
               where m.lead_id = p_lead.id and m.id <= p_message.id
                 and (p_lead.conversation_at is null or m.created_at >= p_lead.conversation_at or m.id = p_message.id)
               order by m.id desc limit 20) t)));
end $$;

-- `p_kind` is what the words amount to: 'text', 'opt-out' in words that Twilio does not know, or 'machine' for an automatic answer.
-- `closed`: nobody reads this number's texts (it is in quarantine, or its business is suspended): one notice a day says so.
create or replace function public.receive_message(
  p_message_sid text, p_from text, p_to text, p_body text, p_media_count integer, p_now timestamptz, p_kind text default 'text') returns jsonb
language plpgsql set search_path = '' as $$
declare
  silent constant jsonb := jsonb_build_object('outcome', 'silent');
  word constant text := coalesce(private.keyword_of(p_body), nullif(p_kind, 'text'));
  business public.businesses;
  settings public.business_settings;
  form jsonb;
  is_quarantined boolean;
  is_test boolean;
  lead public.leads;
  message public.messages;
begin
  select * into business from public.businesses where phone_number = p_to order by run_id is null, created_at desc limit 1;
  if business.id is null then return jsonb_build_object('outcome', 'unknown-number'); end if;
  -- A name instead of a number (alphanumeric sender) or a short code cannot be answered and is no lead.
  if p_from !~ '^\+[1-9][0-9]{6,14}$' then return silent; end if;
  is_test := private.carries_open_nonce(business.id, p_body);
  if not is_test and private.is_our_own_phone(p_from) then return silent; end if;
  is_quarantined := exists (select from public.phone_numbers n where n.e164 = p_to and n.state = 'quarantined');
  select * into settings from public.business_settings s where s.business_id = business.id limit 1;
  select o.form into form from public.client_onboarding o where o.business_id = business.id and o.form is not null limit 1;
  lead := private.lead_of(business.id, p_from, case when is_test then 'test' when form ->> 'mobile' = p_from then 'trial' end, p_now);
  insert into public.messages (business_id, lead_id, direction, body, message_sid, media_count, wants_answer, created_at)
  values (business.id, lead.id, 'inbound', p_body, p_message_sid, p_media_count,
    coalesce(word, 'yes') = 'yes' and not (word is not distinct from 'yes' and lead.opted_out), p_now)
  on conflict (message_sid) do nothing
  returning * into message;
  if message.id is null then
    select * into strict message from public.messages where message_sid = p_message_sid;
    if message.handled_at is not null or not message.wants_answer then
      return silent || jsonb_build_object('isUnsent', exists (select from private.unsent_reply(p_message_sid)));
    end if;
  else
    if not exists (select from public.consent_log c where c.lead_id = lead.id) then
      perform private.note_consent(lead, 'inferred', message);
    end if;
    if private.heed_consent(lead, message, word) then return silent; end if;
  end if;
  if word = 'machine' or lead.opted_out then return silent; end if;
  if is_quarantined or business.status = 'suspended' then
    if exists (select from public.messages m
                where m.lead_id = lead.id and m.direction = 'outbound' and m.created_at > p_now - interval '1 day') then
      return silent;
    end if;
    return jsonb_build_object('outcome', 'closed', 'reason', case when is_quarantined then 'quarantined' else 'suspended' end);
  end if;
  if business.status is distinct from 'active' then return silent; end if;
  if lead.taken_over_at is not null or coalesce(settings.replies_paused, false) then return private.silent(lead, true, p_now); end if;
  -- Several quick texts get one answer: the newest's.
  if exists (select from public.messages m where m.lead_id = lead.id and m.id > message.id and m.direction = 'inbound' and m.wants_answer) then
    return private.silent(lead, false, p_now);
  end if;
  -- Two machines must not talk for ever: at most 10 replies in 10 minutes to one lead.
  if (select count(*) from public.messages m
       where m.lead_id = lead.id and m.direction = 'outbound' and m.created_at > p_now - interval '10 minutes') >= 10 then
    -- Nor begin again when the reconciliation looks.
    update public.messages set handled_at = p_now where id = message.id;
    return private.silent(lead, false, p_now);
  end if;
  return private.reply_request(message, business, lead, settings, form, p_now);
end $$;

-- A reply that is recorded and of which nobody knows that it went out. Who claimed it ten minutes ago has died: Twilio's log is asked before it is claimed again.
create function private.unsent_reply(p_in_reply_to text) returns setof public.messages
language sql stable set search_path = '' as $$
  select * from public.messages m where m.in_reply_to = p_in_reply_to and m.message_sid is null and coalesce(m.status, 'released') in ('released', 'claimed')
$$;

-- Leads of the last two days whose event is not known to be on the bus: what a crash between message and event left behind.
create or replace function public.unannounced_leads(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('businessId', l.business_id, 'leadId', l.id, 'messageSid', m.message_sid,
           'urgent', u.is_untold, 'reason', case when u.is_untold then 'urgent' when p.is_untold then 'person' else 'new' end)), '[]')
    from public.leads l
    join public.businesses b on b.id = l.business_id and b.status = 'active'
    cross join lateral (select coalesce(l.urgent_at > coalesce(l.announced_urgent_at, '-infinity'), false) as is_untold) u
    cross join lateral (select coalesce(l.person_wanted_at > coalesce(l.announced_person_at, '-infinity'), false) as is_untold) p
    cross join lateral (
      select i.message_sid from public.messages i
       where i.lead_id = l.id and i.direction = 'inbound' and i.wants_answer order by i.id desc limit 1) m
   where (l.announced_at is null or u.is_untold or p.is_untold)
     and l.last_message_at between p_now - interval '2 days' and p_now - interval '2 minutes'
     and not (l.is_test or l.is_trial or l.is_demo or l.opted_out) and l.spam_at is null
$$;

-- Alerts to the owner, by what they are about.

alter table public.owner_alerts add column reason text check (reason in ('urgent', 'person', 'new', 'message'));

create function private.alert_rank(p_reason text) returns integer language sql immutable set search_path = '' as $$
  select case p_reason when 'urgent' then 4 when 'person' then 3 when 'new' then 2 when 'message' then 1 end
$$;

-- The alert's id, null if there is nothing to tell: our own test, the owner's own trial, or something as pressing told half an hour ago and not dealt with since.
drop function public.plan_owner_alert(uuid, uuid, text, boolean, timestamptz, timestamptz);
create function public.plan_owner_alert(
  p_business_id uuid, p_lead_id uuid, p_message_sid text, p_urgent boolean, p_due_at timestamptz, p_now timestamptz,
  p_reason text default null) returns uuid
language plpgsql set search_path = '' as $$
declare
  this_reason constant text := coalesce(p_reason, case when p_urgent then 'urgent' else 'new' end);
  lead public.leads;
  alert_id uuid;
begin
  select * into lead from public.leads where id = p_lead_id and business_id = p_business_id for update;
  if lead.id is null or lead.is_test or lead.is_demo then return null; end if;
  if exists (select from private.owner_of(p_business_id) o where o.phone = lead.phone) then return null; end if;
  select a.id into alert_id from public.owner_alerts a where a.lead_id = p_lead_id and a.message_sid = p_message_sid;
  if alert_id is not null then
    -- What waits for the morning may turn out to be urgent.
    update public.owner_alerts a set reason = this_reason, urgent = p_urgent, due_at = least(a.due_at, p_due_at)
     where a.id = alert_id and a.done_at is null and a.sms_status is null and private.alert_rank(this_reason) > private.alert_rank(a.reason);
    return alert_id;
  end if;
  if exists (select from public.owner_alerts a
              where a.lead_id = p_lead_id and a.created_at > greatest(p_now - interval '30 minutes', lead.handled_at)
                and private.alert_rank(coalesce(a.reason, case when a.urgent then 'urgent' else 'new' end)) >= private.alert_rank(this_reason)) then
    return null;
  end if;
  insert into public.owner_alerts (business_id, lead_id, message_sid, urgent, reason, due_at, created_at)
  values (p_business_id, p_lead_id, p_message_sid, p_urgent, this_reason, p_due_at, p_now) returning id into alert_id;
  return alert_id;
end $$;
call private.service_only('public.plan_owner_alert');

-- What is due, or this one alert if it is: by which ways it must still go. After two days it is no news any more, and who is no client any more hears nothing.
create or replace function public.due_owner_alerts(p_alert_id uuid, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'alertId', a.id, 'runId', b.run_id, 'businessId', b.id, 'businessName', coalesce(b.business_name, ''), 'from', b.phone_number,
      'leadId', a.lead_id, 'urgent', a.urgent, 'reason', coalesce(a.reason, case when a.urgent then 'urgent' else 'new' end),
      'firstName', o.first_name, 'stopped', o.stopped, 'email', o.email,
      'smsTo', case when w.sms then o.phone end,
      'emailTo', case when a.emailed_at is null and o.notify_by <> 'none'
                       and (o.notify_by in ('both', 'email') or not w.possible or a.sms_status in ('failed', 'undelivered')) then o.email end)
    order by a.urgent desc, a.due_at), '[]')
    from public.owner_alerts a
    join public.businesses b on b.id = a.business_id and b.status = 'active'
    cross join lateral private.owner_of(a.business_id) o
    cross join lateral (select o.phone is not null and b.phone_number is not null and not o.stopped as possible) p
    cross join lateral (select p.possible, p.possible and o.notify_by in ('both', 'sms')
                           and (a.sms_status is null or a.sms_status = 'released') as sms) w
   where (p_alert_id is null or a.id = p_alert_id) and a.done_at is null and a.due_at <= p_now and a.created_at > p_now - interval '2 days'
$$;

do $$
declare routine regprocedure;
begin
  for routine in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'private'::regnamespace
       and p.proname in ('note_handled', 'note_hand_written', 'is_same_event', 'same_emergency', 'same_wish', 'announced', 'begins_anew', 'silent',
         'reply_request', 'unsent_reply', 'alert_rank')
  loop
    execute format('revoke execute on function %s from public', routine);
    execute format('grant execute on function %s to service_role', routine);
  end loop;
end $$;
