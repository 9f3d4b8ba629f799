-- Long lists come in pages: no page of the portal grows without end.

-- One conversation, oldest first: the newest 50 texts, or those before `p_before` (a message's id).
drop function public.lead_thread(uuid, uuid);
create function public.lead_thread(p_business_id uuid, p_lead_id uuid, p_before bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  frame constant jsonb := private.frame(p_business_id);
  page_size constant integer := 50;
  lead public.leads;
begin
  if frame is null then return null; end if;
  select * into lead from public.leads where id = p_lead_id and business_id = p_business_id;
  if lead.id is null then return null; end if;
  return jsonb_build_object(
    'frame', frame, 'lead', private.lead_json(lead),
    'total', (select count(*) from public.messages m where m.lead_id = lead.id),
    'hasEarlier', exists (
      select from public.messages m where m.lead_id = lead.id and (p_before is null or m.id < p_before) order by m.id desc offset page_size limit 1),
    'hasLater', p_before is not null and exists (select from public.messages m where m.lead_id = lead.id and m.id >= p_before),
    'messages', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'direction', m.direction, 'body', m.body, 'mediaCount', m.media_count,
               'at', m.created_at, 'byHand', h.message_id is not null,
               -- Twilio's own word, where it is kept, beats ours.
               'delivery', coalesce(to_jsonb(m) ->> 'status', h.status),
               'flagged', exists (select from public.feedback f where f.message_id = m.id and f.kind = 'wrong-reply')) order by m.id)
        from (select * from public.messages x where x.lead_id = lead.id and (p_before is null or x.id < p_before)
               order by x.id desc limit page_size) m
        left join public.manual_replies h on h.message_id = m.id), '[]'),
    'bookings', coalesce((
      select jsonb_agg(private.booking_json(k) order by k.starts_at) from public.bookings k where k.lead_id = lead.id), '[]'));
end $$;
call private.member_only('public.lead_thread');

-- The operator's board: pages of 50, newest first; `p_stuck`: the stuck ones only. `walkthrough`: the owner's, null without a business.
drop function public.operator_board(text, timestamptz);
create function public.operator_board(p_search text, p_stuck boolean, p_page integer, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  with matching as materialized (
    select r.id, r.created_at, private.standing(r, p_now) as standing
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where private.operator_name() is not null and (
       coalesce(btrim(p_search), '') = ''
        or concat_ws(' ', c.name, c.email, r.invoice_number,
             (select o.business_name from public.client_onboarding o where o.business_id = r.business_id and o.form is not null),
             (select n.e164 from public.phone_numbers n where n.run_id = r.id and n.state <> 'released'))
           ilike '%' || regexp_replace(btrim(p_search), '([\\%_])', '\\\1', 'g') || '%')
  ), page as (
    select m.* from matching m where not coalesce(p_stuck, false) or (m.standing ->> 'isStuck')::boolean
     order by m.created_at desc, m.id limit 50 offset 50::bigint * greatest(0, least(coalesce(p_page, 1), 100000) - 1)
  )
  select jsonb_build_object('operatorName', private.operator_name(), 'pageSize', 50,
    'total', (select count(*) from matching), 'stuck', (select count(*) from matching m where (m.standing ->> 'isStuck')::boolean),
    'runs', coalesce((
      select jsonb_agg(private.run_summary(r) || jsonb_build_object('standing', p.standing,
               'unsettledMails', private.unsettled_mails(r.id, p_now),
               'walkthrough', (
                 select jsonb_build_object('steps', count(*), 'done', count(*) filter (where s ->> 'status' = 'done'),
                          'skipped', count(*) filter (where s ->> 'status' = 'skipped'))
                   from public.business_members m, lateral jsonb_array_elements(private.walkthrough(m.business_id, m.user_id)) s
                  where m.business_id = r.business_id and m.role = 'owner'
                 having count(*) > 0))
               order by r.created_at desc, r.id)
        from page p join public.provisioning_runs r on r.id = p.id), '[]'))
   where private.operator_name() is not null
$$;
call private.member_only('public.operator_board');
