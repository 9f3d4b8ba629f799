-- A member's first day: settings are the owner's, so a member has four steps, without `check-hours`.

create function private.walkthrough_steps_of(p_role text) returns text[] language sql immutable set search_path = '' as $$
  select case when p_role = 'owner' then array['set-password', 'see-demo', 'text-number', 'check-hours', 'delete-demo']
              else array['set-password', 'see-demo', 'text-number', 'delete-demo'] end
$$;
revoke execute on function private.walkthrough_steps_of(text) from public;
grant execute on function private.walkthrough_steps_of(text) to service_role;

-- In order. `text-number` and `delete-demo` are seen in the data; the others are told. Looks at one text after the other and stops at the first
-- real one: a join would read all of a busy business.
create or replace function private.walkthrough(p_business_id uuid, p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_agg(jsonb_build_object(
      'step', s.step,
      'status', case
        when w.status = 'done' then 'done'
        when s.step = 'text-number' and exists (
          select from public.messages m
           where m.business_id = p_business_id and m.direction = 'inbound'
             and (select not l.is_test and not l.is_demo from public.leads l where l.id = m.lead_id)) then 'done'
        when s.step = 'delete-demo' and b.demo_created_at is not null
          and not exists (select from public.bookings d where d.business_id = p_business_id and d.is_demo)
          and not exists (select from public.leads d where d.business_id = p_business_id and d.is_demo) then 'done'
        else coalesce(w.status, 'open') end,
      'at', w.at) order by s.position)
    from public.business_members p
    join public.businesses b on b.id = p.business_id
    cross join lateral unnest(private.walkthrough_steps_of(p.role)) with ordinality as s (step, position)
    left join public.walkthrough_steps w on w.business_id = p_business_id and w.user_id = p_user_id and w.step = s.step
   where p.business_id = p_business_id and p.user_id = p_user_id
$$;

-- Skips what is left of this person's steps, or takes it up again.
create or replace function public.walkthrough_skip(p_business_id uuid, p_skip boolean, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare my_role constant text := private.role_in(p_business_id);
begin
  if my_role is null then return false; end if;
  if p_skip then
    insert into public.walkthrough_steps (business_id, user_id, step, status, at)
    select p_business_id, (select auth.uid()), s.step, 'skipped', p_now from unnest(private.walkthrough_steps_of(my_role)) as s (step)
    on conflict (business_id, user_id, step) do nothing;
  else
    delete from public.walkthrough_steps w
     where w.business_id = p_business_id and w.user_id = (select auth.uid()) and w.status = 'skipped';
  end if;
  return true;
end $$;
