-- Tests only: what must hold at every moment.

-- Whether there may be a violation: the same questions at half the price.
create function public.test_suspicion() returns boolean language plpgsql security definer set search_path = '' as $$
begin
  return (select count(n.run_id) > count(distinct n.run_id) or count(n.e164) > count(distinct n.e164) from public.phone_numbers n where n.state <> 'released')
    or (select count(b.run_id) > count(distinct b.run_id) from public.businesses b)
    or (select count(s.business_id) > count(distinct s.business_id) from public.business_settings s)
    or (select count(m.business_id) > count(distinct m.business_id) from public.business_members m where m.role = 'owner')
    or (select count(c.email) > count(distinct c.email) from public.provisioning_runs r join public.clients c on c.id = r.client_id)
    or (select count(m.in_reply_to) > count(distinct m.in_reply_to) from public.messages m)
    or exists (select from public.provisioning_steps s group by s.run_id
       having max(s.position) filter (where s.status = 'done') > min(s.position) filter (where s.status = 'pending'))
    or exists (select from public.provisioning_runs r join public.clients c on c.id = r.client_id
        where c.status = 'Live' and not exists (select from public.phone_numbers n where n.run_id = r.id and n.state = 'configured'))
    or exists (select from public.provisioning_runs r join public.provisioning_steps s on s.run_id = r.id
        where r.status = 'completed' and s.status <> 'done' and s.step <> 'CompleteRun');
end $$;

-- One text per violation. Nothing is looked at if nobody has written since `p_since`, the answer's `at` of the time before: every transaction that
-- writes takes a number. -1 asks everything.
create function public.test_violations(p_since bigint) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  this_at constant bigint := pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint;
  violations jsonb;
begin
  if this_at = p_since or (p_since >= 0 and not public.test_suspicion()) then
    return jsonb_build_object('at', this_at, 'violations', '[]'::jsonb);
  end if;
  select jsonb_agg(v.what) into violations from (
    select 'a run has two active numbers: ' || n.run_id as what from public.phone_numbers n where n.state <> 'released' group by n.run_id having count(*) > 1
    union all select 'two runs have the number ' || n.e164 from public.phone_numbers n where n.state <> 'released' group by n.e164 having count(*) > 1
    union all select 'a run has two businesses: ' || b.run_id from public.businesses b where b.run_id is not null group by b.run_id having count(*) > 1
    union all select 'a business has two settings rows: ' || s.business_id from public.business_settings s group by s.business_id having count(*) > 1
    union all select 'a business has two owners: ' || m.business_id from public.business_members m where m.role = 'owner' group by m.business_id having count(*) > 1
    union all select 'two runs for the contact ' || c.email from public.provisioning_runs r join public.clients c on c.id = r.client_id group by c.email having count(*) > 1
    union all select 'a message has two replies: ' || m.in_reply_to from public.messages m where m.in_reply_to is not null group by m.in_reply_to having count(*) > 1
    union all select 'a step is done before one before it: ' || later.step || ' before ' || earlier.step || ' of ' || later.run_id
      from public.provisioning_steps later join public.provisioning_steps earlier on earlier.run_id = later.run_id and earlier.position < later.position
     where later.status = 'done' and earlier.status = 'pending'
    union all select 'live without a configured number: ' || r.id
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where c.status = 'Live' and not exists (select from public.phone_numbers n where n.run_id = r.id and n.state = 'configured')
    union all select 'completed with an open step: ' || r.id || ' ' || s.step
      from public.provisioning_runs r join public.provisioning_steps s on s.run_id = r.id where r.status = 'completed' and s.status <> 'done' and s.step <> 'CompleteRun'
  ) v;
  return jsonb_build_object('at', this_at, 'violations', coalesce(violations, '[]'));
end $$;
grant execute on function public.test_violations(bigint) to service_role;

create function public.test_completed() returns integer language sql security definer set search_path = '' as $$
  select count(*)::integer from public.provisioning_runs where status = 'completed'
$$;
create function public.test_counts() returns jsonb language sql security definer set search_path = '' as $$
  select jsonb_build_object(
    'runs', (select count(*) from public.provisioning_runs), 'businesses', (select count(*) from public.businesses),
    'settings', (select count(*) from public.business_settings), 'owners', (select count(*) from public.business_members where role = 'owner'),
    'configured', (select count(*) from public.phone_numbers where state = 'configured'), 'logins', (select count(*) from auth.users))
$$;
create function public.test_mail_templates() returns jsonb language sql security definer set search_path = '' as $$
  select coalesce(jsonb_object_agg(id, template), '{}') from public.email_messages
$$;
create function public.test_doubtful_mails(p_invoice_number text) returns jsonb language sql security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'template', m.template)), '[]')
    from public.email_messages m join public.provisioning_runs r on r.id = m.run_id
   where r.invoice_number = p_invoice_number and m.status in ('unknown', 'claimed')
$$;
grant execute on function public.test_completed(), public.test_counts(), public.test_mail_templates(), public.test_doubtful_mails(text) to service_role;

-- One rewind of every table per seed costs less than noting at every write which table it was.
create function public.test_unmark() returns void language plpgsql security definer set search_path = '' as $$
declare one regclass;
begin
  for one in select name from rewind.tables loop
    execute format('alter table %s disable trigger rewind_mark', one);
  end loop;
end $$;
create function public.test_rewind_all(p_kept integer) returns void language sql security definer set search_path = '' as $$
  insert into rewind.dirty select name from rewind.tables on conflict do nothing;
  select public.test_rewind(p_kept)
$$;
grant execute on function public.test_unmark(), public.test_rewind_all(integer) to service_role;
