-- Every lead with all its texts, for CSV; at most 50,000 rows, oldest first. If there are more, the newest leads are in it, and `total` says so.
create or replace function public.export_leads(p_business_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_in(p_business_id) is null then return null; end if;
  perform private.audit(p_business_id, 'exported leads', '{}', p_now);
  return jsonb_build_object('frame', private.frame(p_business_id),
    'total', (select count(*) from public.leads l left join public.messages m on m.lead_id = l.id where l.business_id = p_business_id),
    'rows', coalesce((
      select jsonb_agg(jsonb_build_object('leadId', r.id, 'name', r.name, 'phone', r.phone, 'outcome', r.outcome, 'optedOut', r.opted_out,
               'leadSince', r.lead_since, 'label', r.label, 'direction', r.direction, 'body', r.body, 'at', r.at)
               order by r.lead_since, r.id, r.message_id)
        from (
          select l.id, l.name, l.phone, l.outcome, l.opted_out, l.created_at as lead_since, m.id as message_id, m.direction, m.body,
                 m.created_at as at,
                 case when l.is_test then 'test' when l.is_demo then 'demo' when l.is_trial then 'trial' end as label
            from public.leads l left join public.messages m on m.lead_id = l.id
           where l.business_id = p_business_id
           order by l.created_at desc, l.id, m.id limit 50000) r), '[]'));
end $$;
