-- A lead who was in the middle of a conversation when the client left hears at once that nobody reads there: what was said before that is no answer.

-- When the business was suspended by its offboarding; null: there is none, and nobody knows.
create function private.closed_since(p_business public.businesses) returns timestamptz
language sql stable set search_path = '' as $$
  select max(o.suspended_at) from public.offboardings o where o.run_id = p_business.run_id and o.restored_at is null
$$;
revoke execute on function private.closed_since(public.businesses) from public;
grant execute on function private.closed_since(public.businesses) to service_role;

-- As before, and once a day counts from then.
create or replace function private.take_message(
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
  lead := private.lead_of(business.id, p_from, case when is_test then 'test' when p_from in (form ->> 'mobile', settings.notify_phone) then 'trial' end, p_now);
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
                where m.lead_id = lead.id and m.direction = 'outbound'
                  and m.created_at > greatest(p_now - interval '1 day', private.closed_since(business))) then
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
