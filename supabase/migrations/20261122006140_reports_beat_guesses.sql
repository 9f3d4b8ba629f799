-- As before, but a report on a text that we had given up (settle_reply) is the truth.

create or replace function public.record_text_status(
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
     where id = message.id
       -- Ours was a guess: Twilio's log did not show the text.
       and (private.text_rank(p_status) > private.text_rank(status) or message.message_sid is null and p_message_sid is not null and status = 'failed');
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
