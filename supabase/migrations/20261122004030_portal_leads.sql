-- Leads and conversations as a member works with them.

create function private.phone_hash(p_business_id uuid, p_phone text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(p_business_id::text || ':' || p_phone, 'UTF8')), 'hex')
$$;
revoke execute on function private.phone_hash(uuid, text) from public;
grant execute on function private.phone_hash(uuid, text) to service_role;

-- Who opted out and was deleted stays opted out when the same number writes again.
create function private.remember_opt_out() returns trigger language plpgsql security definer set search_path = '' as $$
declare since timestamptz;
begin
  select o.opted_out_at into since from public.opt_out_hashes o
   where o.business_id = new.business_id and o.phone_hash = private.phone_hash(new.business_id, new.phone);
  if since is not null then
    new.opted_out := true;
    new.opted_out_at := since;
  end if;
  return new;
end $$;
create trigger leads_remember_opt_out before insert on public.leads for each row execute function private.remember_opt_out();

-- Opting in again is a new wish: the old one goes.
create function private.forget_opt_out() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  delete from public.opt_out_hashes o where o.business_id = new.business_id and o.phone_hash = private.phone_hash(new.business_id, new.phone);
  return new;
end $$;
create trigger leads_forget_opt_out after update of opted_out on public.leads
  for each row when (old.opted_out and not new.opted_out) execute function private.forget_opt_out();
revoke execute on function private.remember_opt_out(), private.forget_opt_out() from public;

-- The lead for a change by a member of its business; null: not there for this person.
create function private.member_lead(p_business_id uuid, p_lead_id uuid) returns public.leads
language plpgsql security definer set search_path = '' as $$
declare lead public.leads;
begin
  if private.role_in(p_business_id) is null then return null; end if;
  select * into lead from public.leads where id = p_lead_id and business_id = p_business_id for update;
  return lead;
end $$;
revoke execute on function private.member_lead(uuid, uuid) from public;

-- `p_search` looks in name, number (spaces and the leading 0 aside) and texts; `p_show`: all, open, won, lost, taken-over. Pages of 25, newest first.
create function public.lead_list(p_business_id uuid, p_search text, p_show text, p_page integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  frame constant jsonb := private.frame(p_business_id);
  page_size constant integer := 25;
  -- What a pattern means is meant literally.
  wanted constant text := '%' || regexp_replace(btrim(coalesce(p_search, '')), '([\\%_])', '\\\1', 'g') || '%';
  digits constant text := regexp_replace(regexp_replace(coalesce(p_search, ''), '[^0-9]', '', 'g'), '^0', '');
  found jsonb;
  total bigint;
begin
  if frame is null then return null; end if;
  with matching as (
    select l.* from public.leads l
     where l.business_id = p_business_id
       and case p_show when 'open' then l.outcome is null when 'won' then l.outcome = 'won' when 'lost' then l.outcome = 'lost'
             when 'taken-over' then l.taken_over_at is not null else true end
       and (wanted = '%%' or l.name ilike wanted or (length(digits) >= 3 and l.phone like '%' || digits || '%')
            or exists (select from public.messages m where m.lead_id = l.id and m.body ilike wanted))
  ), page as (
    select * from matching order by last_message_at desc nulls last, id
     limit page_size offset page_size::bigint * greatest(0, least(coalesce(p_page, 1), 100000) - 1)
  )
  select (select coalesce(jsonb_agg(private.lead_line(p::public.leads) order by p.last_message_at desc nulls last, p.id), '[]') from page p),
         (select count(*) from matching)
    into found, total;
  return jsonb_build_object('frame', frame, 'leads', found, 'total', total, 'pageSize', page_size);
end $$;
call private.member_only('public.lead_list');

-- One conversation, oldest first, the newest 500 texts; `delivery`: what became of a text that we sent, as far as it is known.
create function public.lead_thread(p_business_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  frame constant jsonb := private.frame(p_business_id);
  lead public.leads;
begin
  if frame is null then return null; end if;
  select * into lead from public.leads where id = p_lead_id and business_id = p_business_id;
  if lead.id is null then return null; end if;
  return jsonb_build_object(
    'frame', frame, 'lead', private.lead_json(lead),
    'messages', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'direction', m.direction, 'body', m.body, 'mediaCount', m.media_count,
               'at', m.created_at, 'byHand', h.message_id is not null,
               -- Twilio's own word, where it is kept, beats ours.
               'delivery', coalesce(to_jsonb(m) ->> 'status', h.status),
               'flagged', exists (select from public.feedback f where f.message_id = m.id and f.kind = 'wrong-reply')) order by m.id)
        from (select * from public.messages where lead_id = lead.id order by id desc limit 500) m
        left join public.manual_replies h on h.message_id = m.id), '[]'),
    'bookings', coalesce((
      select jsonb_agg(private.booking_json(k) order by k.starts_at) from public.bookings k where k.lead_id = lead.id), '[]'));
end $$;
call private.member_only('public.lead_thread');

-- `p_outcome` won, lost or null (open again).
create function public.mark_lead(p_business_id uuid, p_lead_id uuid, p_outcome text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare lead public.leads := private.member_lead(p_business_id, p_lead_id);
begin
  if lead.id is null then return null; end if;
  if p_outcome is not null and p_outcome not in ('won', 'lost') then return private.refused('unknown-outcome'); end if;
  if p_outcome is not distinct from lead.outcome then return private.done(); end if;
  update public.leads set outcome = p_outcome, outcome_at = case when p_outcome is not null then p_now end where id = lead.id;
  perform private.audit(p_business_id, 'marked a lead', jsonb_build_object('leadId', lead.id, 'before', lead.outcome, 'after', p_outcome), p_now);
  return private.done();
end $$;
call private.member_only('public.mark_lead');

-- A person takes the conversation over (true) or hands it back to the assistant (false).
create function public.take_over_lead(p_business_id uuid, p_lead_id uuid, p_taken boolean, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare lead public.leads := private.member_lead(p_business_id, p_lead_id);
begin
  if lead.id is null then return null; end if;
  if p_taken = (lead.taken_over_at is not null) then return private.done(); end if;
  update public.leads set taken_over_at = case when p_taken then p_now end, offered = '[]', asked = null where id = lead.id;
  perform private.audit(p_business_id, case when p_taken then 'took a conversation over' else 'handed a conversation back' end,
    jsonb_build_object('leadId', lead.id), p_now);
  return private.done();
end $$;
call private.member_only('public.take_over_lead');

-- Records a text by hand, still to be sent, and takes the conversation over. The same form key again is the same text.
create function public.write_reply(p_business_id uuid, p_lead_id uuid, p_body text, p_form_key uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  lead public.leads := private.member_lead(p_business_id, p_lead_id);
  business public.businesses;
  new_id bigint;
begin
  if lead.id is null then return null; end if;
  select h.message_id into new_id from public.manual_replies h where h.business_id = p_business_id and h.form_key = p_form_key;
  if new_id is not null then return jsonb_build_object('outcome', 'done', 'reason', null, 'messageId', new_id); end if;
  if length(btrim(coalesce(p_body, ''))) not between 1 and 1000 then return private.refused('length'); end if;
  select * into strict business from public.businesses where id = p_business_id;
  if lead.opted_out then return private.refused('opted-out'); end if;
  if lead.is_demo then return private.refused('demo'); end if;
  if business.phone_number is null or business.status is distinct from 'active' then return private.refused('not-active'); end if;
  insert into public.messages (business_id, lead_id, direction, body, created_at)
  values (p_business_id, lead.id, 'outbound', btrim(p_body), p_now)
  returning id into new_id;
  insert into public.manual_replies (message_id, business_id, form_key, sent_by, created_at)
  values (new_id, p_business_id, p_form_key, (select auth.uid()), p_now);
  update public.leads
     set last_message_at = greatest(last_message_at, p_now), taken_over_at = coalesce(taken_over_at, p_now)
   where id = lead.id;
  perform private.audit(p_business_id, 'replied by hand', jsonb_build_object('leadId', lead.id, 'messageId', new_id), p_now);
  return jsonb_build_object('outcome', 'done', 'reason', null, 'messageId', new_id);
end $$;
call private.member_only('public.write_reply');

-- The server's side of it: claim, send, record. `unconfirmed`: an earlier claim never told; the caller asks Twilio whether it went out.
create function public.claim_manual_reply(p_message_id bigint, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  reply public.manual_replies;
  result text;
  is_refused boolean;
begin
  select * into reply from public.manual_replies where message_id = p_message_id for update;
  if reply.message_id is null then return null; end if;
  -- The lead may have said STOP since the text was written.
  select l.opted_out or b.status is distinct from 'active' into is_refused
    from public.messages m join public.leads l on l.id = m.lead_id join public.businesses b on b.id = m.business_id
   where m.id = p_message_id;
  if reply.status = 'pending' and is_refused then
    update public.manual_replies set status = 'failed' where message_id = p_message_id;
    result := 'failed';
  elsif reply.status = 'pending' then
    update public.manual_replies set status = 'claimed', claimed_at = p_now where message_id = p_message_id;
    result := 'claimed';
  elsif reply.status in ('claimed', 'unknown') then
    update public.manual_replies set status = 'unknown' where message_id = p_message_id;
    result := 'unconfirmed';
  else
    result := reply.status;
  end if;
  return (select jsonb_build_object('outcome', result, 'from', b.phone_number, 'to', l.phone, 'body', m.body)
            from public.messages m join public.leads l on l.id = m.lead_id join public.businesses b on b.id = m.business_id
           where m.id = p_message_id);
end $$;
call private.service_only('public.claim_manual_reply');

-- `p_status` sent (with its SID), failed (Twilio refused it), unknown.
create function public.record_manual_reply(p_message_id bigint, p_status text, p_message_sid text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.manual_replies
     set status = p_status, sent_at = case when p_status = 'sent' then coalesce(sent_at, p_now) end
   where message_id = p_message_id and status in ('claimed', 'unknown');
  if p_message_sid is not null then
    update public.messages set message_sid = p_message_sid
     where id = p_message_id and message_sid is null
       and not exists (select from public.messages o where o.message_sid = p_message_sid);
  end if;
end $$;
call private.service_only('public.record_manual_reply');

-- Every lead with all its texts, for CSV; at most 50,000 rows, oldest first.
create function public.export_leads(p_business_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_in(p_business_id) is null then return null; end if;
  perform private.audit(p_business_id, 'exported leads', '{}', p_now);
  return jsonb_build_object('frame', private.frame(p_business_id), 'rows', coalesce((
    select jsonb_agg(jsonb_build_object('leadId', r.id, 'name', r.name, 'phone', r.phone, 'outcome', r.outcome, 'optedOut', r.opted_out,
             'leadSince', r.lead_since, 'label', r.label, 'direction', r.direction, 'body', r.body, 'at', r.at)
             order by r.lead_since, r.id, r.message_id)
      from (
        select l.id, l.name, l.phone, l.outcome, l.opted_out, l.created_at as lead_since, m.id as message_id, m.direction, m.body,
               m.created_at as at,
               case when l.is_test then 'test' when l.is_demo then 'demo' when l.is_trial then 'trial' end as label
          from public.leads l left join public.messages m on m.lead_id = l.id
         where l.business_id = p_business_id
         order by l.created_at, l.id, m.id limit 50000) r), '[]'));
end $$;
call private.member_only('public.export_leads');

-- Texts go with the lead; its bookings stay in the calendar without its name; the wish not to be texted stays as a hash.
create function private.erase_lead(p_lead public.leads, p_now timestamptz) returns bigint
language plpgsql security definer set search_path = '' as $$
declare texts bigint;
begin
  select count(*) into texts from public.messages m where m.lead_id = p_lead.id;
  if p_lead.opted_out then
    insert into public.opt_out_hashes (business_id, phone_hash, opted_out_at)
    values (p_lead.business_id, private.phone_hash(p_lead.business_id, p_lead.phone), p_lead.opted_out_at)
    on conflict (business_id, phone_hash) do nothing;
  end if;
  delete from public.bookings k where k.lead_id = p_lead.id and k.is_demo;
  update public.bookings k
     set lead_id = null, title = 'Booking of a deleted lead', revision = k.revision + 1, updated_at = p_now
   where k.lead_id = p_lead.id;
  -- What a flag quotes in the client's own words may name the lead as well.
  update public.feedback f set body = '(deleted with the lead)'
    from public.messages m where f.message_id = m.id and m.lead_id = p_lead.id;
  -- The log of calls came later than this function, or will.
  if to_regclass('public.calls') is not null then
    execute 'update public.calls set phone = null where business_id = $1 and phone = $2' using p_lead.business_id, p_lead.phone;
  end if;
  delete from public.leads l where l.id = p_lead.id;
  return texts;
end $$;
revoke execute on function private.erase_lead(public.leads, timestamptz) from public;
grant execute on function private.erase_lead(public.leads, timestamptz) to service_role;

create function public.delete_lead(p_business_id uuid, p_lead_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  lead public.leads := private.member_lead(p_business_id, p_lead_id);
  texts bigint;
begin
  if lead.id is null then return null; end if;
  texts := private.erase_lead(lead, p_now);
  perform private.audit(p_business_id, case when lead.is_demo then 'deleted the demo conversation' else 'deleted a lead' end,
    jsonb_build_object('leadId', lead.id, 'texts', texts, 'optedOut', lead.opted_out), p_now);
  return private.done();
end $$;
call private.member_only('public.delete_lead');

-- Retention: leads without a text for longer than the business keeps them, the oldest first. Answers how many went.
create function public.purge_old_leads(p_limit integer, p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  lead public.leads;
  purged integer := 0;
begin
  for lead in
    select l.* from public.leads l
      left join lateral (select s.retention_months from public.business_settings s where s.business_id = l.business_id limit 1) s on true
     where coalesce(l.last_message_at, l.created_at) < p_now - make_interval(months => coalesce(s.retention_months, 24))
       -- Work that is still to come keeps its lead.
       and not exists (select from public.bookings k where k.lead_id = l.id and k.status = 'booked' and k.ends_at > p_now)
     order by coalesce(l.last_message_at, l.created_at)
     limit p_limit
     for update of l skip locked
  loop
    insert into public.audit_log (at, actor, action, business_id, detail)
    values (p_now, 'CoreSentia', 'deleted an old lead', lead.business_id, jsonb_build_object('leadId', lead.id, 'texts', private.erase_lead(lead, p_now)));
    purged := purged + 1;
  end loop;
  return purged;
end $$;
call private.service_only('public.purge_old_leads');
