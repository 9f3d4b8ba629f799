-- Who is asking, and what every page needs to know. The portal acts as the signed-in person: its functions look at auth.uid() themselves, answer
-- null to whoever has no right to the business (so that somebody else's looks like one that does not exist), and write where no grant reaches.

-- Open to the signed-in person and nobody else.
create procedure private.member_only(p_function regproc) language plpgsql set search_path = '' as $$
begin
  execute format('revoke execute on function %s from public, anon, service_role', p_function::oid::regprocedure);
  execute format('grant execute on function %s to authenticated', p_function::oid::regprocedure);
end $$;
revoke execute on procedure private.member_only(regproc) from public;

-- 'owner' or 'member'; null: neither. (The table says `staff` for a member.)
create function private.role_in(p_business_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case m.role when 'staff' then 'member' else m.role end
    from public.business_members m where m.business_id = p_business_id and m.user_id = (select auth.uid())
$$;
create function private.is_owner(p_business_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.business_members m
                  where m.business_id = p_business_id and m.user_id = (select auth.uid()) and m.role = 'owner')
$$;
-- The operator's name; null: no operator.
create function private.operator_name() returns text
language sql stable security definer set search_path = '' as $$
  select o.name from public.operators o where o.user_id = (select auth.uid())
$$;
revoke execute on function private.role_in(uuid), private.is_owner(uuid), private.operator_name() from public;
grant execute on function private.is_owner(uuid) to authenticated;

-- Settings are the owner's, and change through the functions that write the audit trail.
revoke update on public.business_settings from authenticated;
alter policy "a member reads its settings" on public.business_settings using (private.is_owner(business_id));
alter policy "a member changes its settings" on public.business_settings
  using (private.is_owner(business_id)) with check (private.is_owner(business_id));

grant select (replies_paused, reply_tone, reply_topics, reply_facts, notify_by, notify_phone, notify_email, retention_months)
  on public.business_settings to authenticated;
grant select (outcome, outcome_at, taken_over_at, is_trial) on public.leads to authenticated;
grant select (id, business_id, at, actor, action, detail) on public.audit_log to authenticated;
create policy "an owner reads its audit trail" on public.audit_log for select to authenticated
  using (business_id is not null and private.is_owner(business_id));

create function private.audit(p_business_id uuid, p_action text, p_detail jsonb, p_now timestamptz) returns void
language sql security definer set search_path = '' as $$
  insert into public.audit_log (at, actor, actor_user_id, action, business_id, detail)
  values (p_now, left(coalesce(private.email_of((select auth.uid())), 'CoreSentia'), 100), (select auth.uid()), p_action, p_business_id, p_detail)
$$;
revoke execute on function private.audit(uuid, text, jsonb, timestamptz) from public;

create function private.refused(p_reason text) returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_build_object('outcome', 'refused', 'reason', p_reason)
$$;
create function private.done() returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_build_object('outcome', 'done', 'reason', null)
$$;
revoke execute on function private.refused(text), private.done() from public;

-- Lines of a person's text without what no database, mail or SMS takes.
create function private.is_line(p_text text, p_maximum integer) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(length(btrim(p_text)) between 1 and p_maximum and p_text !~ '[\x01-\x1f\x7f]', false)
$$;
create function private.is_address(p_text text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(length(p_text) <= 200 and p_text ~ '^[^\s@<>,;:"()\[\]\\]+@[^\s@<>,;:"()\[\]\\]+\.[^\s@<>,;:"()\[\]\\]+$', false)
$$;
revoke execute on function private.is_line(text, integer), private.is_address(text) from public;

-- Five steps, in order. `text-number` and `delete-demo` are seen in the data; the others are told.
create function private.walkthrough(p_business_id uuid, p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_agg(jsonb_build_object(
      'step', s.step,
      'status', case
        when w.status = 'done' then 'done'
        when s.step = 'text-number' and exists (
          select from public.messages m join public.leads l on l.id = m.lead_id
           where m.business_id = p_business_id and m.direction = 'inbound' and not l.is_test and not l.is_demo) then 'done'
        when s.step = 'delete-demo' and b.demo_created_at is not null
          and not exists (select from public.bookings d where d.business_id = p_business_id and d.is_demo)
          and not exists (select from public.leads d where d.business_id = p_business_id and d.is_demo) then 'done'
        else coalesce(w.status, 'open') end,
      'at', w.at) order by s.position)
    from unnest(array['set-password', 'see-demo', 'text-number', 'check-hours', 'delete-demo']) with ordinality as s (step, position)
    join public.businesses b on b.id = p_business_id
    left join public.walkthrough_steps w on w.business_id = p_business_id and w.user_id = p_user_id and w.step = s.step
$$;
revoke execute on function private.walkthrough(uuid, uuid) from public;
grant execute on function private.walkthrough(uuid, uuid) to service_role;

-- What stands around every page; null: no such business, or not this person's.
create function private.frame(p_business_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'business', jsonb_build_object('id', b.id, 'name', coalesce(b.business_name, ''), 'phoneNumber', b.phone_number,
      'status', coalesce(b.status, ''), 'timeZone', b.time_zone,
      'repliesPaused', coalesce((select s.replies_paused from public.business_settings s where s.business_id = b.id limit 1), false)),
    'role', private.role_in(b.id),
    'email', private.email_of((select auth.uid())),
    'businesses', (
      select jsonb_agg(jsonb_build_object('id', o.id, 'name', coalesce(o.business_name, '')) order by o.business_name, o.id)
        from public.businesses o join public.business_members m on m.business_id = o.id
       where m.user_id = (select auth.uid())),
    'walkthrough', private.walkthrough(b.id, (select auth.uid())))
  from public.businesses b
  where b.id = p_business_id and private.role_in(b.id) is not null
$$;
revoke execute on function private.frame(uuid) from public;

-- Everything that one sign-in opens.
create function public.my_account() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'email', private.email_of((select auth.uid())),
    'operatorName', private.operator_name(),
    'businesses', coalesce((
      select jsonb_agg(jsonb_build_object('id', b.id, 'name', coalesce(b.business_name, '')) order by b.business_name, b.id)
        from public.businesses b join public.business_members m on m.business_id = b.id
       where m.user_id = (select auth.uid())), '[]'),
    'emailChange', (
      select jsonb_build_object('newEmail', c.new_email, 'oldConfirmed', c.old_confirmed_at is not null,
               'newConfirmed', c.new_confirmed_at is not null, 'expiresAt', c.expires_at)
        from public.email_changes c
       where c.user_id = (select auth.uid()) and c.applied_at is null and c.withdrawn_at is null))
$$;
call private.member_only('public.my_account');

create function public.business_frame(p_business_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$ select private.frame(p_business_id) $$;
call private.member_only('public.business_frame');

-- `p_business_id` null: in every business of this person (a password is for all of them). False: not a member, or no such step.
create function public.walkthrough_done(p_business_id uuid, p_step text, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if p_step not in ('set-password', 'see-demo', 'text-number', 'check-hours', 'delete-demo') then return false; end if;
  insert into public.walkthrough_steps (business_id, user_id, step, status, at)
  select m.business_id, m.user_id, p_step, 'done', p_now
    from public.business_members m
   where m.user_id = (select auth.uid()) and (p_business_id is null or m.business_id = p_business_id)
  on conflict (business_id, user_id, step) do update set status = 'done', at = excluded.at where walkthrough_steps.status <> 'done';
  return p_business_id is null or private.role_in(p_business_id) is not null;
end $$;
call private.member_only('public.walkthrough_done');

-- Skips what is left, or takes it up again.
create function public.walkthrough_skip(p_business_id uuid, p_skip boolean, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_in(p_business_id) is null then return false; end if;
  if p_skip then
    insert into public.walkthrough_steps (business_id, user_id, step, status, at)
    select p_business_id, (select auth.uid()), s.step, 'skipped', p_now
      from unnest(array['set-password', 'see-demo', 'text-number', 'check-hours', 'delete-demo']) as s (step)
    on conflict (business_id, user_id, step) do nothing;
  else
    delete from public.walkthrough_steps w
     where w.business_id = p_business_id and w.user_id = (select auth.uid()) and w.status = 'skipped';
  end if;
  return true;
end $$;
call private.member_only('public.walkthrough_skip');
