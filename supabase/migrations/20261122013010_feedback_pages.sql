-- Twelve to a page: with 5,000 letters each the page still weighs less than 100 KB.
create or replace function public.operator_feedback(p_status text, p_page integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(), 'pageSize', 12,
    'total', (select count(*) from public.feedback f where p_status is null or f.status = p_status),
    'feedback', coalesce((
      select jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'body', f.body, 'page', f.page, 'status', f.status, 'at', f.created_at,
               'businessId', f.business_id, 'businessName', (select b.business_name from public.businesses b where b.id = f.business_id),
               'runId', f.run_id, 'from', private.email_of(f.user_id), 'hasMessage', f.message_id is not null) order by f.created_at desc, f.id)
        from (select * from public.feedback where p_status is null or status = p_status order by created_at desc, id
               limit 12 offset 12::bigint * greatest(0, least(coalesce(p_page, 1), 100000) - 1)) f), '[]'))
   where private.operator_name() is not null
$$;
