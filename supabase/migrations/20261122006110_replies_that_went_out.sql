-- Recorded replies of which nobody knows that they went out: Twilio's log decides, and what it does not show may be sent.

-- What needs a look: messages that are not stored, that nobody has answered, or whose reply is not known to have gone out.
create function public.unsettled_messages(p_message_sids jsonb, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(s.sid), '[]') from jsonb_array_elements_text(p_message_sids) s (sid)
   where not exists (select from public.messages m where m.message_sid = s.sid)
      or exists (select from private.unsent_reply(s.sid) r where r.status is distinct from 'claimed' or r.status_at < p_now - interval '10 minutes')
      or exists (
        select from public.messages m
          join public.leads l on l.id = m.lead_id and not l.opted_out and l.taken_over_at is null
          join public.businesses b on b.id = m.business_id and b.status = 'active'
         where m.message_sid = s.sid and m.wants_answer and m.handled_at is null and m.created_at > p_now - interval '1 hour'
           and not exists (select from public.business_settings t where t.business_id = b.id and t.replies_paused))
$$;
call private.service_only('public.unsettled_messages');

-- `p_sent`: what has gone to the lead since, [{messageSid, body}], oldest first. The recorded words, else (`p_is_superseded`: the lead has written
-- again, and it may answer that) whatever nobody knows, are the answer. Without any, the recorded reply has not gone out and never will.
create function public.settle_reply(p_in_reply_to text, p_sent jsonb, p_is_superseded boolean, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  reply public.messages;
  answer record;
begin
  select * into reply from public.messages where in_reply_to = p_in_reply_to for update;
  if reply.message_sid is not null then return; end if;
  select t.sent ->> 'messageSid' as sid, t.sent ->> 'body' as body into answer
    from jsonb_array_elements(p_sent) with ordinality t (sent, place)
   where not exists (select from public.messages m where m.message_sid = t.sent ->> 'messageSid')
     and not exists (select from public.owner_alerts a where a.sms_sid = t.sent ->> 'messageSid')
     and (not p_is_superseded or t.sent ->> 'body' = reply.body)
   order by (t.sent ->> 'body' = reply.body) desc nulls last, t.place limit 1;
  if answer.sid is not null then
    insert into public.messages (business_id, lead_id, direction, body, in_reply_to, message_sid, status, status_at, created_at)
    select m.business_id, m.lead_id, 'outbound', answer.body, p_in_reply_to, answer.sid, 'sent', p_now, p_now
      from public.messages m where m.message_sid = p_in_reply_to
    on conflict (in_reply_to) do update
       set message_sid = excluded.message_sid, body = excluded.body, status = excluded.status, status_at = excluded.status_at;
  else
    update public.messages set status = 'failed', status_at = p_now
     where id = reply.id and coalesce(status, 'released') in ('released', 'claimed');
  end if;
end $$;
call private.service_only('public.settle_reply');

-- The recorded reply that nobody has sent: of any number of simultaneous claims one gets it. A claim of ten minutes ago came from somebody who died:
-- the caller has asked Twilio whether that text went out.
create or replace function public.claim_reply(p_in_reply_to text, p_now timestamptz) returns jsonb
language sql set search_path = '' as $$
  update public.messages m set status = 'claimed', status_at = p_now
    from public.leads l join public.businesses b on b.id = l.business_id
   where m.in_reply_to = p_in_reply_to and m.message_sid is null
     and (m.status is null or m.status = 'released' or m.status = 'claimed' and m.status_at < p_now - interval '10 minutes')
     and l.id = m.lead_id and not l.opted_out and l.taken_over_at is null and b.status = 'active'
  returning jsonb_build_object('ref', 'message:' || m.id, 'body', m.body)
$$;

drop function public.adopt_reply(text, text, text, timestamptz);
drop function public.unknown_messages(jsonb);
