-- The calendar: bookings in the business's own time, conflicts refused with a reason, the iCalendar feed and the demo.

-- Why this time cannot be booked; null: it can. Hours are wall-clock hours of one local day, the buffer lies between two bookings.
create function private.booking_conflict(p_business public.businesses, p_starts_at timestamptz, p_ends_at timestamptz, p_except uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  settings public.business_settings;
  local_start timestamp;
  local_end timestamp;
  day jsonb;
begin
  if p_business.time_zone is null then return 'no-time-zone'; end if;
  select * into settings from public.business_settings s where s.business_id = p_business.id limit 1;
  local_start := p_starts_at at time zone p_business.time_zone;
  local_end := p_ends_at at time zone p_business.time_zone;
  day := settings.working_hours -> to_char(local_start, 'FMday');
  if day is null or not (day ->> 'enabled')::boolean then return 'closed-day'; end if;
  if local_start::date <> local_end::date or to_char(local_start, 'HH24:MI:SS') < (day ->> 'start') || ':00'
     or to_char(local_end, 'HH24:MI:SS') > (day ->> 'end') || ':00' then
    return 'outside-hours';
  end if;
  if exists (select from public.bookings k
              where k.business_id = p_business.id and k.status = 'booked' and not k.is_demo and k.id is distinct from p_except
                and k.starts_at < p_ends_at and k.ends_at > p_starts_at) then
    return 'overlap';
  end if;
  if exists (select from public.bookings k
              where k.business_id = p_business.id and k.status = 'booked' and not k.is_demo and k.id is distinct from p_except
                and k.starts_at < p_ends_at + make_interval(mins => coalesce(settings.default_travel_buffer, 0))
                and k.ends_at > p_starts_at - make_interval(mins => coalesce(settings.default_travel_buffer, 0))) then
    return 'travel-buffer';
  end if;
  return null;
end $$;
revoke execute on function private.booking_conflict(public.businesses, timestamptz, timestamptz, uuid) from public;
grant execute on function private.booking_conflict(public.businesses, timestamptz, timestamptz, uuid) to service_role;

-- `p_first_day`: a local date (null: today), `p_days` 1 to 42 local days from it, 23 or 25 hours long where the clocks change.
create function public.calendar(p_business_id uuid, p_first_day date, p_days integer, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  frame constant jsonb := private.frame(p_business_id);
  business public.businesses;
  settings public.business_settings;
  zone text;
  first_day date;
  from_at timestamptz;
  to_at timestamptz;
begin
  if frame is null then return null; end if;
  select * into strict business from public.businesses where id = p_business_id;
  select * into settings from public.business_settings s where s.business_id = p_business_id limit 1;
  zone := private.zone_of(business);
  first_day := coalesce(p_first_day, (p_now at time zone zone)::date);
  from_at := first_day::timestamp at time zone zone;
  to_at := (first_day + least(greatest(coalesce(p_days, 7), 1), 42))::timestamp at time zone zone;
  return jsonb_build_object(
    'frame', frame, 'today', (p_now at time zone zone)::date, 'firstDay', first_day, 'from', from_at, 'to', to_at,
    'workingHours', settings.working_hours, 'travelBuffer', settings.default_travel_buffer, 'jobDuration', settings.default_job_duration,
    'hasFeed', exists (select from public.calendar_feeds f where f.business_id = p_business_id),
    'bookings', coalesce((
      select jsonb_agg(private.booking_json(k) order by k.starts_at, k.id) from public.bookings k
       where k.business_id = p_business_id and k.status <> 'cancelled' and k.starts_at < to_at and k.ends_at > from_at), '[]'));
end $$;
call private.member_only('public.calendar');

create function public.booking(p_business_id uuid, p_booking_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('frame', private.frame(p_business_id), 'booking', private.booking_json(k),
    'jobDuration', (select s.default_job_duration from public.business_settings s where s.business_id = p_business_id limit 1))
    from public.bookings k
   where k.id = p_booking_id and k.business_id = p_business_id and private.role_in(p_business_id) is not null
$$;
call private.member_only('public.booking');

-- Lines up everybody who books in this business; null: not there for this person.
create function private.book_in(p_business_id uuid) returns public.businesses
language plpgsql security definer set search_path = '' as $$
declare business public.businesses;
begin
  if private.role_in(p_business_id) is null then return null; end if;
  -- The settings' row is also what an SMS booking waits for.
  perform from public.business_settings s where s.business_id = p_business_id for update;
  select * into business from public.businesses where id = p_business_id for update;
  return business;
end $$;
revoke execute on function private.book_in(uuid) from public;

create function private.unbookable(p_title text, p_starts_at timestamptz, p_ends_at timestamptz, p_now timestamptz) returns text
language sql immutable set search_path = '' as $$
  select case
    when not private.is_line(p_title, 120) then 'title'
    when p_starts_at is null or p_ends_at is null or p_ends_at <= p_starts_at then 'end-before-start'
    when p_ends_at > p_starts_at + interval '1 day' then 'too-long'
    when p_starts_at < p_now - interval '5 minutes' then 'in-the-past'
    when p_starts_at > p_now + interval '2 years' then 'too-far-ahead' end
$$;
revoke execute on function private.unbookable(text, timestamptz, timestamptz, timestamptz) from public;

create function public.create_booking(
  p_business_id uuid, p_lead_id uuid, p_title text, p_starts_at timestamptz, p_ends_at timestamptz, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  business public.businesses := private.book_in(p_business_id);
  problem text;
  new_id uuid;
begin
  if business.id is null then return null; end if;
  if p_lead_id is not null and not exists (select from public.leads l where l.id = p_lead_id and l.business_id = p_business_id) then return null; end if;
  problem := coalesce(private.unbookable(p_title, p_starts_at, p_ends_at, p_now),
    private.booking_conflict(business, p_starts_at, p_ends_at, null));
  if problem is not null then return private.refused(problem); end if;
  insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, created_at, created_by, updated_at)
  values (p_business_id, p_lead_id, btrim(p_title), p_starts_at, p_ends_at, p_now, (select auth.uid()), p_now)
  returning id into new_id;
  perform private.audit(p_business_id, 'made a booking', jsonb_build_object('bookingId', new_id, 'startsAt', p_starts_at), p_now);
  return private.done() || jsonb_build_object('bookingId', new_id);
end $$;
call private.member_only('public.create_booking');

-- Null for title keeps it. A demo may be moved about: it blocks nobody's time, but keeps the business's hours.
create function public.move_booking(
  p_business_id uuid, p_booking_id uuid, p_title text, p_starts_at timestamptz, p_ends_at timestamptz, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  business public.businesses := private.book_in(p_business_id);
  known public.bookings;
  problem text;
begin
  if business.id is null then return null; end if;
  select * into known from public.bookings where id = p_booking_id and business_id = p_business_id for update;
  if known.id is null then return null; end if;
  if known.status <> 'booked' then return private.refused('not-booked'); end if;
  problem := coalesce(private.unbookable(coalesce(p_title, known.title), p_starts_at, p_ends_at, p_now),
    private.booking_conflict(business, p_starts_at, p_ends_at, known.id));
  if problem is not null then return private.refused(problem); end if;
  update public.bookings
     set title = btrim(coalesce(p_title, title)), starts_at = p_starts_at, ends_at = p_ends_at, revision = revision + 1, updated_at = p_now
   where id = known.id;
  perform private.audit(p_business_id, 'moved a booking',
    jsonb_build_object('bookingId', known.id, 'before', known.starts_at, 'after', p_starts_at), p_now);
  return private.done() || jsonb_build_object('bookingId', known.id);
end $$;
call private.member_only('public.move_booking');

-- A cancelled booking stays for the feed; the demo goes for good.
create function public.cancel_booking(p_business_id uuid, p_booking_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare known public.bookings;
begin
  if private.role_in(p_business_id) is null then return null; end if;
  select * into known from public.bookings where id = p_booking_id and business_id = p_business_id for update;
  if known.id is null then return null; end if;
  if known.is_demo then
    delete from public.bookings k where k.id = known.id;
    perform private.audit(p_business_id, 'deleted the demo booking', '{}', p_now);
    return private.done();
  end if;
  if known.status = 'cancelled' then return private.done(); end if;
  if known.status <> 'booked' then return private.refused('not-booked'); end if;
  update public.bookings set status = 'cancelled', revision = revision + 1, updated_at = p_now where id = known.id;
  perform private.audit(p_business_id, 'cancelled a booking', jsonb_build_object('bookingId', known.id, 'startsAt', known.starts_at), p_now);
  return private.done();
end $$;
call private.member_only('public.cancel_booking');

-- Demo booking and demo conversation at once.
create function public.delete_demo(p_business_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  lead public.leads;
  had boolean;
begin
  if private.role_in(p_business_id) is null then return null; end if;
  had := exists (select from public.bookings k where k.business_id = p_business_id and k.is_demo)
      or exists (select from public.leads l where l.business_id = p_business_id and l.is_demo);
  delete from public.bookings k where k.business_id = p_business_id and k.is_demo;
  for lead in select * from public.leads l where l.business_id = p_business_id and l.is_demo for update loop
    perform private.erase_lead(lead, p_now);
  end loop;
  if had then perform private.audit(p_business_id, 'deleted the demo', '{}', p_now); end if;
  return private.done();
end $$;
call private.member_only('public.delete_demo');

-- A new address of the feed kills the old one; null: no feed any more.
create function public.set_calendar_feed(p_business_id uuid, p_token_hash text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_in(p_business_id) is null then return null; end if;
  if p_token_hash is null then
    delete from public.calendar_feeds f where f.business_id = p_business_id;
  else
    insert into public.calendar_feeds (business_id, token_hash, created_by, created_at)
    values (p_business_id, p_token_hash, (select auth.uid()), p_now)
    on conflict (business_id) do update set token_hash = excluded.token_hash, created_by = excluded.created_by, created_at = excluded.created_at;
  end if;
  perform private.audit(p_business_id, case when p_token_hash is null then 'closed the calendar feed' else 'made a calendar feed' end, '{}', p_now);
  return private.done();
end $$;
call private.member_only('public.set_calendar_feed');

-- What a calendar program gets: 90 days back, two years ahead, cancelled ones too; names of leads, never their numbers or texts.
create function public.calendar_feed(p_token_hash text, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('businessName', coalesce(b.business_name, ''), 'timeZone', b.time_zone,
    'bookings', coalesce((
      select jsonb_agg(jsonb_build_object('id', k.id, 'title', k.title, 'startsAt', k.starts_at, 'endsAt', k.ends_at, 'status', k.status,
               'isDemo', k.is_demo, 'revision', k.revision, 'changedAt', coalesce(k.updated_at, k.created_at)) order by k.starts_at, k.id)
        from public.bookings k
       where k.business_id = b.id and k.ends_at > p_now - interval '90 days' and k.starts_at < p_now + interval '2 years'), '[]'))
    from public.calendar_feeds f join public.businesses b on b.id = f.business_id
   where f.token_hash = p_token_hash
     -- Who made the address and was removed takes it along.
     and exists (select from public.business_members m where m.business_id = b.id and m.user_id = f.created_by)
$$;
call private.service_only('public.calendar_feed');

-- The tutorial: a conversation that became a booking on the next working day. Once per business, however often the step runs.
-- +61 491 570 313 is one of the numbers that the regulator keeps for fiction (https://www.acma.gov.au/phone-numbers-use-tv-shows-films-and-creative-works).
create function public.create_demo(p_run_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  this_business constant uuid := private.business_of(p_run_id);
  business public.businesses;
  settings public.business_settings;
  day jsonb;
  local_day date;
  starts timestamptz;
  ends timestamptz;
  demo_lead uuid;
  sid text;
begin
  select * into strict business from public.businesses where id = this_business for update;
  if business.demo_created_at is not null then return; end if;
  select * into settings from public.business_settings s where s.business_id = this_business limit 1;
  for ahead in 1..14 loop
    local_day := (p_now at time zone business.time_zone)::date + ahead;
    day := settings.working_hours -> to_char(local_day, 'FMday');
    exit when (day ->> 'enabled')::boolean;
    day := null;
  end loop;
  -- A week without an open day still gets its demo: tomorrow at ten.
  starts := (local_day + coalesce(day ->> 'start', '10:00')::time) at time zone business.time_zone;
  ends := least(starts + make_interval(mins => coalesce(settings.default_job_duration, 60)),
    (local_day + coalesce(day ->> 'end', '23:00')::time) at time zone business.time_zone);
  insert into public.leads (business_id, phone, name, is_demo, created_at, last_message_at)
  values (this_business, '+61491570313', 'Alex (demo)', true, p_now, p_now)
  on conflict (business_id, phone) do nothing
  returning id into demo_lead;
  if demo_lead is not null then
    sid := 'demo-' || this_business;
    insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
    values (this_business, demo_lead, 'inbound', 'Hi, can somebody have a look at my place this week?', sid, p_now);
    insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
    values (this_business, demo_lead, 'outbound', 'Hi, ' || left(business.business_name, 80) || ' here. Yes we can! What is your suburb, and does '
      || to_char(starts at time zone business.time_zone, 'FMDay FMHH12:MI am') || ' suit?', sid, p_now);
    insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
    values (this_business, demo_lead, 'inbound', 'That suits, thanks!', sid || '-2', p_now);
    insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
    values (this_business, demo_lead, 'outbound', 'Great, you are booked in. See you then!', sid || '-2', p_now);
  end if;
  insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, is_demo, created_at, updated_at)
  values (this_business, demo_lead, 'Demo booking: Alex', starts, ends, true, p_now, p_now);
  update public.businesses set demo_created_at = p_now where id = this_business;
end $$;
call private.service_only('public.create_demo');
