-- A number that was adopted and never moved still points at the hand-made system, which would go on answering for a client who has left. So it is
-- moved first (npm run move-number: dry run, read-back, undo), and nothing that was not moved goes into quarantine.

create function private.is_unmoved(p_run_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.phone_numbers n where n.run_id = p_run_id and n.state = 'adopted')
$$;
revoke execute on function private.is_unmoved(uuid) from public;
grant execute on function private.is_unmoved(uuid) to service_role;

-- As before, but not for a client whose number has not moved.
alter function public.operator_offboard(uuid, text, text, timestamptz) rename to offboard_moved;
alter function public.offboard_moved(uuid, text, text, timestamptz) set schema private;
create function public.operator_offboard(p_run_id uuid, p_confirmation text, p_reason text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.operator_name() is null then return null; end if;
  if private.is_unmoved(p_run_id) then return private.refused('not-moved'); end if;
  return private.offboard_moved(p_run_id, p_confirmation, p_reason, p_now);
end $$;
revoke execute on function private.offboard_moved(uuid, text, text, timestamptz) from public, authenticated, service_role;
call private.member_only('public.operator_offboard');

-- As before; a number that somebody has moved back meanwhile is moved again first.
alter function public.quarantine_number(uuid, timestamptz) set schema private;
create function public.quarantine_number(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  if private.is_unmoved(o.run_id) then
    perform private.fail('NumberMisconfigured', 'the number was adopted and does not point at us: npm run move-number, then redrive');
  end if;
  return private.quarantine_number(p_offboarding_id, p_now);
end $$;
call private.service_only('public.quarantine_number');

-- As before, and whether the number must be moved first.
alter function public.operator_run_offboardings(uuid, timestamptz) set schema private;
create function public.operator_run_offboardings(p_run_id uuid, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.operator_run_offboardings(p_run_id, p_now) || jsonb_build_object('isUnmoved', private.is_unmoved(p_run_id))
$$;
revoke execute on function private.operator_run_offboardings(uuid, timestamptz) from public, authenticated, service_role;
call private.member_only('public.operator_run_offboardings');
