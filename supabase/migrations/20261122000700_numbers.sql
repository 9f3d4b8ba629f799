-- Port NumberReservations: one purchase per run, no more per day than the operator allows.

create function private.numbers_taken_on(p_day date, p_except_run uuid) returns bigint
language sql stable set search_path = '' as $$
  -- An open reservation counts: two runs that reserve side by side must not both buy the last one of the day.
  select count(*) from public.phone_numbers n
   where n.state <> 'released' and n.run_id <> p_except_run
     and (coalesce(n.requested_at, n.reserved_at) at time zone 'UTC')::date = p_day
$$;
revoke execute on function private.numbers_taken_on(date, uuid) from public;
grant execute on function private.numbers_taken_on(date, uuid) to service_role;

create function public.reserve_number(p_run_id uuid, p_e164 text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  settings public.system_settings;
  own public.phone_numbers;
  next_attempt integer;
begin
  perform private.lock_run(p_run_id);
  -- One at a time, for the cap.
  select * into strict settings from public.system_settings for update;
  select * into own from public.phone_numbers where run_id = p_run_id and state <> 'released';
  select coalesce(max(attempt), 0) + 1 into next_attempt from public.phone_numbers where run_id = p_run_id;
  -- Asked for or bought: only this very number can follow.
  if own.state in ('requested', 'owned', 'configured') then
    return jsonb_build_object('outcome', case when own.e164 = p_e164 then 'reserved' else 'taken' end, 'attempt', own.attempt);
  end if;
  if not settings.purchases_enabled then return jsonb_build_object('outcome', 'purchases-disabled', 'attempt', next_attempt); end if;
  if private.numbers_taken_on((p_now at time zone 'UTC')::date, p_run_id) >= settings.daily_number_cap then
    return jsonb_build_object('outcome', 'daily-cap', 'attempt', next_attempt);
  end if;
  if own.e164 = p_e164 then
    update public.phone_numbers set reserved_at = p_now where id = own.id;
    return jsonb_build_object('outcome', 'reserved', 'attempt', own.attempt);
  end if;
  -- Sold to somebody else before our eyes, or another run's, or a business's by hand: choose another.
  if exists (select from public.phone_numbers n where n.e164 = p_e164 and (n.state <> 'released' or n.run_id = p_run_id))
     or exists (select from public.businesses b where b.phone_number = p_e164) then
    return jsonb_build_object('outcome', 'taken', 'attempt', next_attempt);
  end if;
  -- Nothing was asked for yet, so the choice may change.
  update public.phone_numbers set state = 'released', released_at = p_now where id = own.id;
  insert into public.phone_numbers (run_id, e164, state, attempt, reserved_at) values (p_run_id, p_e164, 'reserved', next_attempt, p_now);
  return jsonb_build_object('outcome', 'reserved', 'attempt', next_attempt);
end $$;
call private.service_only('public.reserve_number');

create function public.request_number(p_run_id uuid, p_e164 text, p_attempt integer, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  -- The kill switch holds up to the last moment before money is spent.
  if not (select purchases_enabled from public.system_settings) then
    perform private.fail('PurchasesDisabled', 'buying numbers is switched off in system_settings');
  end if;
  update public.phone_numbers
     set state = 'requested', requested_at = coalesce(requested_at, p_now)
   where run_id = p_run_id and e164 = p_e164 and attempt = p_attempt and state in ('reserved', 'requested');
  return found;
end $$;
call private.service_only('public.request_number');

create function public.release_number(p_run_id uuid, p_e164 text, p_attempt integer, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.phone_numbers
     set state = 'released', released_at = p_now
   where run_id = p_run_id and e164 = p_e164 and attempt = p_attempt and state in ('reserved', 'requested');
$$;
call private.service_only('public.release_number');

-- What Twilio shows is true, whatever was reserved.
create function public.record_number(p_run_id uuid, p_e164 text, p_sid text, p_state text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare own public.phone_numbers;
begin
  perform private.lock_run(p_run_id);
  -- Lines up with reservations, which look for the number before they insert it.
  perform from public.system_settings for update;
  select * into own from public.phone_numbers where run_id = p_run_id and state <> 'released';
  if own.state in ('owned', 'configured') and own.e164 <> p_e164 then
    perform private.fail('NumberMisconfigured', 'the run already owns another number');
  end if;
  if exists (select from public.phone_numbers n where n.e164 = p_e164 and n.run_id <> p_run_id and n.state <> 'released') then
    perform private.fail('NumberMisconfigured', 'the number belongs to another run');
  end if;
  if own.e164 is distinct from p_e164 then
    update public.phone_numbers set state = 'released', released_at = p_now where id = own.id;
    insert into public.phone_numbers (run_id, e164, state, attempt, reserved_at, requested_at)
    select p_run_id, p_e164, 'requested', coalesce(max(attempt), 0) + 1, p_now, p_now from public.phone_numbers where run_id = p_run_id;
  end if;
  update public.phone_numbers
     set sid = p_sid, state = case when state = 'configured' then state else p_state end, owned_at = coalesce(owned_at, p_now),
         configured_at = case when p_state = 'configured' then coalesce(configured_at, p_now) else configured_at end
   where run_id = p_run_id and e164 = p_e164 and state <> 'released';
end $$;
call private.service_only('public.record_number');
