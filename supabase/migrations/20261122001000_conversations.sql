-- Ports Conversations and SystemTests: an inbound SMS is stored once, then answered once.

create function private.is_our_own_phone(p_phone text) returns boolean
language sql stable set search_path = '' as $$
  -- Numbers we hold, numbers of businesses, and the test number, which is known by the tests it has sent.
  select exists (select from public.phone_numbers n where n.e164 = p_phone and n.state <> 'released')
      or exists (select from public.businesses b where b.phone_number = p_phone)
      or exists (select from public.leads l where l.phone = p_phone and l.is_test)
$$;

-- The business's test is open until VerifySystem has seen its answer.
create function private.carries_open_nonce(p_business_id uuid, p_body text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.provisioning_runs r
      join public.provisioning_steps s on s.run_id = r.id and s.step = 'VerifySystem'
     where r.business_id = p_business_id and r.test_nonce is not null and position(r.test_nonce in p_body) > 0 and s.status <> 'done')
$$;

-- The words that Twilio itself acts on (https://help.twilio.com/articles/223134027): it answers them, so we must not.
create function private.keyword_of(p_body text) returns text
language sql immutable set search_path = '' as $$
  select case btrim(upper(p_body), E' \t\r\n.!,"''')
    when 'STOP' then 'opt-out' when 'STOPALL' then 'opt-out' when 'UNSUBSCRIBE' then 'opt-out' when 'CANCEL' then 'opt-out'
    when 'END' then 'opt-out' when 'QUIT' then 'opt-out' when 'REVOKE' then 'opt-out' when 'OPTOUT' then 'opt-out'
    when 'START' then 'opt-in' when 'UNSTOP' then 'opt-in'
    -- "Yes" is also an answer to a question: it opts in only who has opted out.
    when 'YES' then 'yes'
    when 'HELP' then 'help' when 'INFO' then 'help' end
$$;
revoke execute on function private.is_our_own_phone(text), private.carries_open_nonce(uuid, text), private.keyword_of(text) from public;
grant execute on function private.is_our_own_phone(text), private.carries_open_nonce(uuid, text), private.keyword_of(text) to service_role;

-- Finds or makes the lead and locks it; keeps its consent. Answers the lead as it was before the message's keyword.
create function private.lead_of(p_business_id uuid, p_phone text, p_is_test boolean, p_now timestamptz) returns public.leads
language plpgsql set search_path = '' as $$
declare lead public.leads;
begin
  insert into public.leads (business_id, phone, is_test, created_at)
  values (p_business_id, p_phone, p_is_test, p_now)
  on conflict (business_id, phone) do nothing;
  select * into strict lead from public.leads where business_id = p_business_id and phone = p_phone for update;
  update public.leads
     set last_message_at = greatest(last_message_at, p_now), is_test = is_test or (p_is_test and not is_demo)
   where id = lead.id
  returning * into lead;
  return lead;
end $$;

-- Consent as the message leaves it; true if nothing is to be answered.
create function private.heed_keyword(p_lead public.leads, p_keyword text, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  if p_keyword = 'opt-out' then
    update public.leads set opted_out = true, opted_out_at = coalesce(opted_out_at, p_now) where id = p_lead.id;
    return true;
  end if;
  if p_keyword = 'opt-in' or (p_keyword = 'yes' and p_lead.opted_out) then
    update public.leads set opted_out = false, opted_out_at = null where id = p_lead.id;
    return true;
  end if;
  return p_lead.opted_out or p_keyword is not distinct from 'help';
end $$;

create function private.reply_request(p_message public.messages, p_business public.businesses, p_lead public.leads) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'outcome', 'reply', 'businessId', p_business.id, 'businessName', coalesce(p_business.business_name, ''),
    'services', coalesce((select o.form ->> 'services' from public.client_onboarding o
                           where o.business_id = p_business.id and o.form is not null), ''),
    'leadId', p_lead.id, 'isTest', p_lead.is_test,
    'isFirst', not exists (select from public.messages m where m.lead_id = p_lead.id and m.direction = 'outbound'),
    'thread', (
      select jsonb_agg(jsonb_build_object('from', case t.direction when 'inbound' then 'lead' else 'business' end, 'body', t.body)
               order by t.id)
        from (select m.id, m.direction, m.body from public.messages m
               where m.lead_id = p_lead.id and m.id <= p_message.id order by m.id desc limit 20) t))
$$;
revoke execute on function private.lead_of(uuid, text, boolean, timestamptz), private.heed_keyword(public.leads, text, timestamptz),
  private.reply_request(public.messages, public.businesses, public.leads) from public;
grant execute on function private.lead_of(uuid, text, boolean, timestamptz), private.heed_keyword(public.leads, text, timestamptz),
  private.reply_request(public.messages, public.businesses, public.leads) to service_role;

create function public.receive_message(
  p_message_sid text, p_from text, p_to text, p_body text, p_media_count integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  silent constant jsonb := jsonb_build_object('outcome', 'silent');
  business public.businesses;
  is_test boolean;
  lead public.leads;
  message public.messages;
  is_repeat boolean;
begin
  select * into business from public.businesses where phone_number = p_to order by run_id is null, created_at desc limit 1;
  if business.id is null then return jsonb_build_object('outcome', 'unknown-number'); end if;
  -- A name instead of a number (alphanumeric sender) or a short code cannot be answered and is no lead.
  if p_from !~ '^\+[1-9][0-9]{6,14}$' then return silent; end if;
  is_test := private.carries_open_nonce(business.id, p_body);
  if not is_test and private.is_our_own_phone(p_from) then return silent; end if;
  lead := private.lead_of(business.id, p_from, is_test, p_now);
  insert into public.messages (business_id, lead_id, direction, body, message_sid, media_count, created_at)
  values (business.id, lead.id, 'inbound', p_body, p_message_sid, p_media_count, p_now)
  on conflict (message_sid) do nothing
  returning * into message;
  is_repeat := message.id is null;
  if is_repeat then
    select * into strict message from public.messages where message_sid = p_message_sid;
    if exists (select from public.messages m where m.in_reply_to = p_message_sid) then return silent; end if;
  end if;
  if private.heed_keyword(lead, private.keyword_of(p_body), p_now) then return silent; end if;
  if business.status is distinct from 'active' then return silent; end if;
  -- Two machines must not talk for ever: at most 10 replies in 10 minutes to one lead.
  if (select count(*) from public.messages m
       where m.lead_id = lead.id and m.direction = 'outbound' and m.created_at > p_now - interval '10 minutes') >= 10 then
    return silent;
  end if;
  return private.reply_request(message, business, lead);
end $$;
call private.service_only('public.receive_message');

create function public.record_reply(p_in_reply_to text, p_body text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare inbound public.messages;
begin
  select * into inbound from public.messages where message_sid = p_in_reply_to;
  if inbound.id is null then raise exception 'no message to reply to'; end if;
  insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
  values (inbound.business_id, inbound.lead_id, 'outbound', p_body, p_in_reply_to, p_now)
  on conflict (in_reply_to) do nothing;
end $$;
call private.service_only('public.record_reply');

create function public.plan_system_test(p_run_id uuid, p_nonce text) returns jsonb
language plpgsql set search_path = '' as $$
declare run public.provisioning_runs := private.lock_run(p_run_id);
begin
  update public.provisioning_runs set test_nonce = coalesce(test_nonce, p_nonce) where id = p_run_id returning * into run;
  return jsonb_build_object('nonce', run.test_nonce, 'messageSid', run.test_message_sid);
end $$;
call private.service_only('public.plan_system_test');

create function public.record_system_test(p_run_id uuid, p_message_sid text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_run(p_run_id);
  update public.provisioning_runs set test_message_sid = p_message_sid, test_sent_at = p_now where id = p_run_id;
end $$;
call private.service_only('public.record_system_test');

create function public.system_test_result(p_run_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  run public.provisioning_runs;
  inbound public.messages;
begin
  select * into run from public.provisioning_runs where id = p_run_id;
  if run.id is null then perform private.fail('RunNotFound', 'there is no such run'); end if;
  select m.* into inbound from public.messages m join public.leads l on l.id = m.lead_id
   where m.business_id = run.business_id and m.direction = 'inbound' and l.is_test and position(run.test_nonce in m.body) > 0
   order by m.id desc limit 1;
  return jsonb_build_object('leadId', inbound.lead_id, 'inboundBody', inbound.body,
    'reply', (select m.body from public.messages m where m.in_reply_to = inbound.message_sid));
end $$;
call private.service_only('public.system_test_result');
