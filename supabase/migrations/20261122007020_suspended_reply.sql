-- A suspended business's number answers honestly. What comes in is stored, so that nothing is lost if the business comes back; nobody is told of it.

alter function public.receive_message(text, text, text, text, integer, timestamptz, text) set schema private;

-- `closed`: tell the lead that nobody reads here, once a day at most, so that two machines do not talk for ever.
create function private.receive_while_suspended(
  p_business public.businesses, p_message_sid text, p_from text, p_body text, p_media_count integer, p_now timestamptz, p_kind text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  word constant text := coalesce(private.keyword_of(p_body), nullif(p_kind, 'text'));
  silent constant jsonb := jsonb_build_object('outcome', 'silent');
  lead public.leads;
  message public.messages;
begin
  if p_from !~ '^\+[1-9][0-9]{6,14}$' or private.is_our_own_phone(p_from) then return silent; end if;
  lead := private.lead_of(p_business.id, p_from, null, p_now);
  -- An answer that is not wanted from the assistant: none is given when the business is back.
  insert into public.messages (business_id, lead_id, direction, body, message_sid, media_count, wants_answer, created_at)
  values (p_business.id, lead.id, 'inbound', p_body, p_message_sid, p_media_count, false, p_now)
  on conflict (message_sid) do nothing
  returning * into message;
  if message.id is null then
    if lead.opted_out then return silent; end if;
    select * into strict message from public.messages where message_sid = p_message_sid;
  else
    if not exists (select from public.consent_log c where c.lead_id = lead.id) then
      perform private.note_consent(lead, 'inferred', message);
    end if;
    if private.heed_consent(lead, message, word) then return silent; end if;
  end if;
  if word is not null and word <> 'yes' then return silent; end if;
  if exists (
    select from public.messages o join public.messages i on i.message_sid = o.in_reply_to
     where i.lead_id = lead.id and not i.wants_answer and o.created_at > p_now - interval '1 day') then
    return silent;
  end if;
  return jsonb_build_object('outcome', 'closed', 'businessName', coalesce(p_business.business_name, ''));
end $$;
revoke execute on function private.receive_while_suspended(public.businesses, text, text, text, integer, timestamptz, text) from public;
grant execute on function private.receive_while_suspended(public.businesses, text, text, text, integer, timestamptz, text) to service_role;

create function public.receive_message(
  p_message_sid text, p_from text, p_to text, p_body text, p_media_count integer, p_now timestamptz, p_kind text default 'text') returns jsonb
language plpgsql set search_path = '' as $$
declare business public.businesses := private.business_with(p_to);
begin
  if business.status = 'suspended' then
    return private.receive_while_suspended(business, p_message_sid, p_from, p_body, p_media_count, p_now, p_kind);
  end if;
  return private.receive_message(p_message_sid, p_from, p_to, p_body, p_media_count, p_now, p_kind);
end $$;
call private.service_only('public.receive_message');

-- False: it was answered before, or the lead has opted out.
create function public.record_closed_reply(p_in_reply_to text, p_body text, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
  select m.business_id, m.lead_id, 'outbound', p_body, m.message_sid, p_now
    from public.messages m join public.leads l on l.id = m.lead_id
   where m.message_sid = p_in_reply_to and m.direction = 'inbound' and not l.opted_out
  on conflict (in_reply_to) do nothing;
  return found;
end $$;
call private.service_only('public.record_closed_reply');
