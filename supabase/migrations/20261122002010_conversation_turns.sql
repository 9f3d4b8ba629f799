-- Port Conversations: one call takes a message in and answers with all that a reply needs, a second one stores what came of it.

drop function public.receive_message(text, text, text, text, integer, timestamptz);
drop function public.record_reply(text, text, timestamptz);
drop function private.reply_request(public.messages, public.businesses, public.leads);
drop function private.heed_keyword(public.leads, text, timestamptz);
drop function private.lead_of(uuid, text, boolean, timestamptz);

create function private.note_consent(p_lead public.leads, p_kind text, p_message public.messages) returns void
language sql set search_path = '' as $$
  insert into public.consent_log (business_id, lead_id, kind, message_sid, words, at)
  values (p_lead.business_id, p_lead.id, p_kind, p_message.message_sid, left(p_message.body, 160), p_message.created_at)
  on conflict (message_sid, kind) do nothing
$$;

-- Finds or makes the lead and locks it: messages of one lead stand in line. `p_label`: 'test', 'trial' or null.
create function private.lead_of(p_business_id uuid, p_phone text, p_label text, p_now timestamptz) returns public.leads
language plpgsql set search_path = '' as $$
declare lead public.leads;
begin
  insert into public.leads (business_id, phone, is_test, is_trial, created_at)
  values (p_business_id, p_phone, p_label is not distinct from 'test', p_label is not distinct from 'trial', p_now)
  on conflict (business_id, phone) do nothing;
  select * into strict lead from public.leads where business_id = p_business_id and phone = p_phone for update;
  update public.leads
     set last_message_at = greatest(last_message_at, p_now),
         is_test = is_test or (p_label is not distinct from 'test' and not is_demo),
         is_trial = is_trial or p_label is not distinct from 'trial'
   where id = lead.id
  returning * into lead;
  return lead;
end $$;

-- Consent as the message leaves it. Answers true if the message was about consent, or the lead has opted out: nothing may be sent.
create function private.heed_consent(p_lead public.leads, p_message public.messages, p_word text) returns boolean
language plpgsql set search_path = '' as $$
begin
  if p_word = 'opt-out' then
    perform private.note_consent(p_lead, 'opted-out', p_message);
    update public.leads
       set opted_out = true, opted_out_at = coalesce(opted_out_at, p_message.created_at), offered = '[]', asked = null
     where id = p_lead.id;
    return true;
  end if;
  if p_word = 'opt-in' or (p_word = 'yes' and p_lead.opted_out) then
    if p_lead.opted_out then perform private.note_consent(p_lead, 'opted-in', p_message); end if;
    update public.leads set opted_out = false, opted_out_at = null where id = p_lead.id;
    return true;
  end if;
  return p_lead.opted_out or p_word is not distinct from 'help';
end $$;

-- What of this lead is already on the bus.
create function private.announced(p_lead public.leads) returns jsonb
language sql immutable set search_path = '' as $$
  select to_jsonb(array_remove(array[
    case when p_lead.announced_at is not null then 'new' end,
    case when p_lead.announced_urgent_at is not null then 'urgent' end,
    case when p_lead.announced_person_at is not null then 'person' end], null))
$$;

-- Nothing to say. `unannounced`: a real lead that the owner has not heard of, because a person or a pause keeps the machine quiet.
create function private.silent(p_lead public.leads) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('outcome', 'silent') || case
    when p_lead.announced_at is null and not (p_lead.is_test or p_lead.is_trial or p_lead.is_demo or p_lead.opted_out)
    then jsonb_build_object('unannounced', jsonb_build_object('businessId', p_lead.business_id, 'leadId', p_lead.id))
    else '{}' end
$$;

create function private.reply_request(
  p_message public.messages, p_business public.businesses, p_lead public.leads, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'outcome', 'reply', 'businessId', p_business.id, 'businessName', coalesce(p_business.business_name, ''),
    'phone', p_business.phone_number, 'timeZone', p_business.time_zone,
    'services', coalesce((select o.form ->> 'services' from public.client_onboarding o
                           where o.business_id = p_business.id and o.form is not null limit 1), ''),
    'tone', coalesce(s.reply_tone, 'friendly'), 'workingHours', s.working_hours,
    'travelBuffer', s.default_travel_buffer, 'jobDuration', s.default_job_duration,
    'leadId', p_lead.id, 'isTest', p_lead.is_test, 'isTrial', p_lead.is_trial,
    'isFirst', not exists (select from public.messages m where m.lead_id = p_lead.id and m.direction = 'outbound'),
    'facts', jsonb_build_object('name', p_lead.name, 'suburb', p_lead.suburb, 'job', p_lead.job, 'urgency', p_lead.urgency,
      'preferredTime', p_lead.preferred_time, 'language', p_lead.language),
    'asked', p_lead.asked, 'offered', p_lead.offered, 'announced', private.announced(p_lead),
    'booking', (
      select jsonb_build_object('startsAt', b.starts_at, 'endsAt', b.ends_at) from public.bookings b
       where b.lead_id = p_lead.id and b.status = 'booked' and not b.is_demo and b.ends_at > p_now order by b.starts_at limit 1),
    'busy', coalesce((
      select jsonb_agg(jsonb_build_object('startsAt', b.starts_at, 'endsAt', b.ends_at) order by b.starts_at) from public.bookings b
       where b.business_id = p_business.id and b.status = 'booked' and not b.is_demo
         and b.ends_at > p_now - interval '1 day' and b.starts_at < p_now + interval '30 days'), '[]'),
    'thread', (
      select jsonb_agg(jsonb_build_object('from', case t.direction when 'inbound' then 'lead' else 'business' end, 'body', t.body,
               'mediaCount', t.media_count) order by t.id)
        from (select m.id, m.direction, m.body, m.media_count from public.messages m
               where m.lead_id = p_lead.id and m.id <= p_message.id order by m.id desc limit 20) t))
  from (select 1) one left join public.business_settings s on s.business_id = p_business.id
  limit 1
$$;

-- `p_kind` is what the words amount to: 'text', 'opt-out' in words that Twilio does not know, or 'machine' for an automatic answer.
create function public.receive_message(
  p_message_sid text, p_from text, p_to text, p_body text, p_media_count integer, p_now timestamptz, p_kind text default 'text') returns jsonb
language plpgsql set search_path = '' as $$
declare
  business public.businesses;
  word constant text := coalesce(private.keyword_of(p_body), nullif(p_kind, 'text'));
  is_test boolean;
  label text;
  lead public.leads;
  message public.messages;
begin
  -- A number in quarantine belongs to nobody: its last business must not hear what strangers write.
  if exists (select from public.phone_numbers n where n.e164 = p_to and n.state = 'quarantined') then
    return jsonb_build_object('outcome', 'unknown-number');
  end if;
  select * into business from public.businesses where phone_number = p_to order by run_id is null, created_at desc limit 1;
  if business.id is null then return jsonb_build_object('outcome', 'unknown-number'); end if;
  -- A name instead of a number (alphanumeric sender) or a short code cannot be answered and is no lead.
  if p_from !~ '^\+[1-9][0-9]{6,14}$' then return jsonb_build_object('outcome', 'silent'); end if;
  is_test := private.carries_open_nonce(business.id, p_body);
  if not is_test and private.is_our_own_phone(p_from) then return jsonb_build_object('outcome', 'silent'); end if;
  label := case when is_test then 'test' when exists (
    select from public.client_onboarding o where o.business_id = business.id and o.form ->> 'mobile' = p_from) then 'trial' end;
  lead := private.lead_of(business.id, p_from, label, p_now);
  insert into public.messages (business_id, lead_id, direction, body, message_sid, media_count, wants_answer, created_at)
  values (business.id, lead.id, 'inbound', p_body, p_message_sid, p_media_count,
    coalesce(word, 'yes') = 'yes' and not (word is not distinct from 'yes' and lead.opted_out), p_now)
  on conflict (message_sid) do nothing
  returning * into message;
  if message.id is null then
    select * into strict message from public.messages where message_sid = p_message_sid;
    if message.handled_at is not null or not message.wants_answer then return private.silent(lead); end if;
  else
    if not exists (select from public.consent_log c where c.lead_id = lead.id) then
      perform private.note_consent(lead, 'inferred', message);
    end if;
    if private.heed_consent(lead, message, word) then return jsonb_build_object('outcome', 'silent'); end if;
  end if;
  if word = 'machine' or lead.opted_out then return jsonb_build_object('outcome', 'silent'); end if;
  if business.status is distinct from 'active' then return jsonb_build_object('outcome', 'silent'); end if;
  if lead.taken_over_at is not null or exists (
    select from public.business_settings s where s.business_id = business.id and s.replies_paused) then
    return private.silent(lead);
  end if;
  -- Several quick texts get one answer: the newest's.
  if exists (select from public.messages m where m.lead_id = lead.id and m.id > message.id and m.direction = 'inbound' and m.wants_answer) then
    return private.silent(lead);
  end if;
  -- Two machines must not talk for ever: at most 10 replies in 10 minutes to one lead.
  if (select count(*) from public.messages m
       where m.lead_id = lead.id and m.direction = 'outbound' and m.created_at > p_now - interval '10 minutes') >= 10 then
    return private.silent(lead);
  end if;
  return private.reply_request(message, business, lead, p_now);
end $$;
call private.service_only('public.receive_message');

-- Books if the time is still free and the lead has none yet. The settings row lines the bookings of a business up.
create function private.book(p_lead public.leads, p_sid text, p_booking jsonb, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  starts constant timestamptz := (p_booking ->> 'startsAt')::timestamptz;
  ends constant timestamptz := (p_booking ->> 'endsAt')::timestamptz;
  margin interval;
begin
  select make_interval(mins => coalesce(default_travel_buffer, 0)) into margin
    from public.business_settings where business_id = p_lead.business_id for update;
  margin := coalesce(margin, interval '0');
  if starts < p_now or exists (
    select from public.bookings b
     where b.business_id = p_lead.business_id and b.status = 'booked' and not b.is_demo
       and (b.lead_id = p_lead.id and b.ends_at > p_now or b.starts_at < ends + margin and b.ends_at + margin > starts)) then
    return false;
  end if;
  insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, booked_by_sid, created_at)
  values (p_lead.business_id, p_lead.id, p_booking ->> 'title', starts, ends, p_sid, p_now);
  return true;
end $$;

create function private.note_announced(p_lead_id uuid, p_kinds jsonb, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.leads
     set announced_at = case when p_kinds <> '[]' then coalesce(announced_at, p_now) else announced_at end,
         announced_urgent_at = case when p_kinds ? 'urgent' then coalesce(announced_urgent_at, p_now) else announced_urgent_at end,
         announced_person_at = case when p_kinds ? 'person' then coalesce(announced_person_at, p_now) else announced_person_at end
   where id = p_lead_id and p_kinds <> '[]'
$$;

-- What the message told, asked and offered; what is not told stays as it was.
create function private.note_turn(p_lead_id uuid, p_turn jsonb, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.leads
     set name = coalesce(p_turn #>> '{facts,name}', name), suburb = coalesce(p_turn #>> '{facts,suburb}', suburb),
         job = coalesce(p_turn #>> '{facts,job}', job), urgency = coalesce(p_turn #>> '{facts,urgency}', urgency),
         preferred_time = coalesce(p_turn #>> '{facts,preferredTime}', preferred_time),
         language = coalesce(p_turn #>> '{facts,language}', language),
         asked = p_turn ->> 'asked', offered = coalesce(p_turn -> 'offered', '[]'),
         urgent_at = case when p_turn -> 'flags' ? 'urgent' then coalesce(urgent_at, p_now) else urgent_at end,
         person_wanted_at = case when p_turn -> 'flags' ? 'person' then coalesce(person_wanted_at, p_now) else person_wanted_at end,
         spam_at = case when p_turn -> 'flags' ? 'spam' then coalesce(spam_at, p_now) else spam_at end
   where id = p_lead_id
$$;

-- Stores the reply with all that goes with it, or nothing: a newer message, a repeated webhook, an opt-out or a person came first.
-- `p_turn`: facts, flags, asked, offered, booking with the words `ifTaken` for when the time has gone, announced. No body: nothing is sent.
create function public.record_reply(p_in_reply_to text, p_body text, p_now timestamptz, p_turn jsonb default '{}') returns jsonb
language plpgsql set search_path = '' as $$
declare
  inbound public.messages;
  lead public.leads;
  turn jsonb := p_turn;
  reply text := p_body;
  is_booked boolean := false;
begin
  select * into inbound from public.messages where message_sid = p_in_reply_to;
  if inbound.id is null then raise exception 'no message to reply to'; end if;
  select * into strict lead from public.leads where id = inbound.lead_id for update;
  select * into strict inbound from public.messages where id = inbound.id;
  -- The event is on the bus whatever becomes of the reply.
  perform private.note_announced(lead.id, coalesce(turn -> 'announced', '[]'), p_now);
  if inbound.handled_at is not null then return jsonb_build_object('outcome', 'repeated'); end if;
  if lead.opted_out then return jsonb_build_object('outcome', 'opted-out'); end if;
  if lead.taken_over_at is not null or exists (
    select from public.business_settings s where s.business_id = lead.business_id and s.replies_paused) then
    return jsonb_build_object('outcome', 'taken-over');
  end if;
  if exists (select from public.messages m
              where m.lead_id = lead.id and m.id > inbound.id and m.direction = 'inbound' and m.wants_answer) then
    return jsonb_build_object('outcome', 'superseded');
  end if;
  -- A test and a trial hear what a lead would hear; the calendar stays as it is.
  if turn -> 'booking' is not null and not (lead.is_test or lead.is_trial) then
    is_booked := private.book(lead, p_in_reply_to, turn -> 'booking', p_now);
    if not is_booked then
      reply := turn #>> '{ifTaken,body}';
      turn := turn || (turn -> 'ifTaken');
    end if;
  end if;
  -- The newest message's reply answers those before it as well.
  update public.messages set handled_at = p_now
   where lead_id = lead.id and id <= inbound.id and direction = 'inbound' and handled_at is null;
  perform private.note_turn(lead.id, turn, p_now);
  if reply is not null then
    insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
    values (inbound.business_id, lead.id, 'outbound', reply, p_in_reply_to, p_now);
  end if;
  return jsonb_build_object('outcome', 'recorded', 'body', reply, 'isBooked', is_booked);
end $$;
call private.service_only('public.record_reply');

create function public.record_announced(p_lead_id uuid, p_kinds jsonb, p_now timestamptz) returns void
language sql set search_path = '' as $$ select private.note_announced(p_lead_id, p_kinds, p_now) $$;
call private.service_only('public.record_announced');

-- Leads of the last two days whose event is not known to be on the bus: what a crash between message and event left behind.
create function public.unannounced_leads(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('businessId', l.business_id, 'leadId', l.id, 'messageSid', m.message_sid,
           'urgent', l.urgent_at is not null)), '[]')
    from public.leads l
    join public.businesses b on b.id = l.business_id and b.status = 'active'
    cross join lateral (
      select i.message_sid from public.messages i
       where i.lead_id = l.id and i.direction = 'inbound' and i.wants_answer order by i.id desc limit 1) m
   where (l.announced_at is null or l.urgent_at is not null and l.announced_urgent_at is null)
     and l.last_message_at between p_now - interval '2 days' and p_now - interval '2 minutes'
     and not (l.is_test or l.is_trial or l.is_demo or l.opted_out) and l.spam_at is null
$$;
call private.service_only('public.unannounced_leads');

-- What the first-week checks count: neither our test nor the owner's own trial nor spam.
create or replace function public.first_week(p_run_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare this_business constant uuid := private.business_of(p_run_id);
begin
  return (
    select jsonb_build_object(
      'viewedAt', (select max(m.last_viewed_at) from public.business_members m
                    where m.business_id = this_business and m.last_viewed_at >= c.live_at),
      'inboundCount', (select count(*) from public.messages s join public.leads l on l.id = s.lead_id
                        where s.business_id = this_business and s.direction = 'inbound'
                          and not (l.is_test or l.is_demo or l.is_trial) and l.spam_at is null))
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where r.id = p_run_id);
end $$;

do $$
declare routine regprocedure;
begin
  for routine in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'private'::regnamespace
       and p.proname in ('note_consent', 'lead_of', 'heed_consent', 'announced', 'silent', 'reply_request', 'book', 'note_announced', 'note_turn')
  loop
    execute format('revoke execute on function %s from public', routine);
    execute format('grant execute on function %s to service_role', routine);
  end loop;
end $$;
