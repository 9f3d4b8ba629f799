-- An undo opens the logins that the offboarding has closed, and leaves alone whom somebody had blocked by hand (in Auth) before.

-- Whom it has blocked: {user id: until when somebody had blocked that login by hand before, else null}. Kept to the end, because those logins stay blocked.
alter table public.offboardings add column blocked jsonb not null default '{}' check (jsonb_typeof(blocked) = 'object');

-- Of offboardings under way nobody knows more than who was a member: their undo opens what it always opened.
update public.offboardings o
   set blocked = (select coalesce(jsonb_object_agg(k ->> 'userId', null), '{}') from jsonb_array_elements(o.kept -> 'members') k)
 where o.kept ? 'members';

-- Who has blocked somebody stands nowhere in Auth, only until when.
create function private.banned_until(p_user_id uuid) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select u.banned_until from auth.users u where u.id = p_user_id
$$;

-- Which offboarding's block it is, that one's own first: two businesses of one person may leave one after the other.
create function private.blocking_offboarding(p_offboarding_id uuid, p_user_id uuid) returns public.offboardings
language sql stable set search_path = '' as $$
  select o.* from public.offboardings o
   where o.blocked ? p_user_id::text and o.undone_at is null
   order by (o.id = p_offboarding_id) desc, o.started_at limit 1
$$;
revoke execute on function private.banned_until(uuid), private.blocking_offboarding(uuid, uuid) from public;
grant execute on function private.banned_until(uuid), private.blocking_offboarding(uuid, uuid) to service_role;

-- As before, and notes whom it blocks, each once and before Auth is asked to.
alter function public.end_memberships(uuid, timestamptz) set schema private;
alter function private.end_memberships(uuid, timestamptz) rename to take_memberships;
create function public.end_memberships(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare user_ids constant jsonb := private.take_memberships(p_offboarding_id, p_now);
begin
  update public.offboardings o
     set blocked = (
       select coalesce(jsonb_object_agg(u.user_id, case when other.id is null then private.banned_until(u.user_id::uuid)
                else (other.blocked ->> u.user_id)::timestamptz end), '{}')
         from jsonb_array_elements_text(user_ids) u (user_id)
        cross join lateral private.blocking_offboarding(o.id, u.user_id::uuid) other) || o.blocked
   where o.id = p_offboarding_id;
  return user_ids;
end $$;
call private.service_only('public.end_memberships');

-- Whose logins an undo opens. `blockedUntil`: by hand, from before; null: not at all, or somebody has opened the login since.
create function public.logins_to_restore(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  if o.decision is distinct from 'undo' then perform private.fail('ReleaseNotConfirmed', 'nobody has undone this offboarding on the operator''s board'); end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object('userId', k ->> 'userId', 'blockedUntil', case
             when private.banned_until((k ->> 'userId')::uuid) > p_now and (b.blocked ->> (k ->> 'userId'))::timestamptz > p_now
             then (b.blocked ->> (k ->> 'userId'))::timestamptz end) order by k ->> 'userId')
      from jsonb_array_elements(coalesce(o.kept -> 'members', '[]')) k
     cross join lateral private.blocking_offboarding(o.id, (k ->> 'userId')::uuid) b
     where b.id is not null), '[]');
end $$;
call private.service_only('public.logins_to_restore');

call private.keep_plans();
