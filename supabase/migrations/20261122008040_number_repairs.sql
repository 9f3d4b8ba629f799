-- Who pointed a number at us again, in the trail of its run.
create function public.record_number_repair(p_sid text, p_by text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  insert into public.audit_log (at, actor, action, run_id, detail)
  select p_now, p_by, 'pointed the number at us again', n.run_id, jsonb_build_object('sid', p_sid)
    from public.phone_numbers n where n.sid = p_sid
$$;
call private.service_only('public.record_number_repair');
