-- Settings: the owner's alone, checked here, in force with the next SMS, every change in the audit trail.

create function private.all_topics() returns text[] language sql immutable set search_path = '' as $$
  select array['services', 'hours', 'service-area', 'booking-times', 'payment-methods', 'call-out-fee']
$$;
revoke execute on function private.all_topics() from public;

create function public.settings(p_business_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('frame', private.frame(b.id),
    'workingHours', s.working_hours, 'travelBuffer', s.default_travel_buffer, 'jobDuration', s.default_job_duration,
    'businessName', coalesce(b.business_name, ''), 'timeZone', b.time_zone,
    'services', o.form ->> 'services', 'suburb', o.form ->> 'suburb', 'state', o.form ->> 'state', 'postcode', o.form ->> 'postcode',
    'notifyBy', coalesce(s.notify_by, 'both'),
    'notifyEmail', coalesce(s.notify_email, o.form ->> 'email'), 'notifyPhone', coalesce(s.notify_phone, o.form ->> 'mobile'),
    -- The owner texted STOP to the number: only START from that phone undoes it.
    'alertsStoppedAt', to_jsonb(s) ->> 'alerts_stopped_at',
    'replyTone', coalesce(s.reply_tone, 'friendly'), 'replyTopics', coalesce(to_jsonb(s.reply_topics), to_jsonb(private.all_topics())),
    'replyFacts', coalesce(s.reply_facts, ''), 'retentionMonths', coalesce(s.retention_months, 24),
    'accessGrant', (
      select jsonb_build_object('grantedAt', g.granted_at, 'expiresAt', g.expires_at) from public.access_grants g
       where g.business_id = b.id and g.revoked_at is null order by g.expires_at desc limit 1))
    from public.businesses b
    left join lateral (select * from public.business_settings x where x.business_id = b.id limit 1) s on true
    left join lateral (select x.form from public.client_onboarding x where x.business_id = b.id and x.form is not null limit 1) o on true
   where b.id = p_business_id and private.is_owner(b.id)
$$;
call private.member_only('public.settings');

-- What of the old is different in the new, for the trail: {before: {…}, after: {…}}.
create function private.difference(p_before jsonb, p_after jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'before', coalesce((select jsonb_object_agg(a.key, p_before -> a.key) from jsonb_each(p_after) a where p_before -> a.key is distinct from a.value), '{}'),
    'after', coalesce((select jsonb_object_agg(a.key, a.value) from jsonb_each(p_after) a where p_before -> a.key is distinct from a.value), '{}'))
$$;
revoke execute on function private.difference(jsonb, jsonb) from public;

create function private.is_week(p_hours jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
declare weekday text;
begin
  if jsonb_typeof(p_hours) is distinct from 'object' or (select count(*) from jsonb_object_keys(p_hours)) <> 7 then return false; end if;
  foreach weekday in array array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] loop
    if not private.is_day(p_hours -> weekday) then return false; end if;
  end loop;
  return true;
end $$;
revoke execute on function private.is_week(jsonb) from public;

-- Writes one row of settings and its line in the trail; a business of old may have no row.
create function private.change_settings(p_business_id uuid, p_action text, p_after jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  known public.business_settings;
  changes jsonb;
begin
  select * into known from public.business_settings s where s.business_id = p_business_id for update;
  if known.business_id is null then return private.refused('not-set-up'); end if;
  changes := private.difference(to_jsonb(known), p_after);
  if changes -> 'after' = '{}'::jsonb then return private.done(); end if;
  known := jsonb_populate_record(known, p_after);
  update public.business_settings s
     set working_hours = known.working_hours, default_travel_buffer = known.default_travel_buffer,
         default_job_duration = known.default_job_duration, replies_paused = known.replies_paused, reply_tone = known.reply_tone,
         reply_topics = known.reply_topics, reply_facts = known.reply_facts, notify_by = known.notify_by, notify_phone = known.notify_phone,
         notify_email = known.notify_email, retention_months = known.retention_months, updated_at = p_now
   where s.business_id = p_business_id;
  perform private.audit(p_business_id, p_action, changes, p_now);
  return private.done();
end $$;
revoke execute on function private.change_settings(uuid, text, jsonb, timestamptz) from public;

create function public.change_hours(
  p_business_id uuid, p_working_hours jsonb, p_travel_buffer integer, p_job_duration integer, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare answer jsonb;
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if not private.is_week(p_working_hours) then return private.refused('working-hours'); end if;
  if coalesce(p_travel_buffer, -1) not between 0 and 480 then return private.refused('travel-buffer'); end if;
  if coalesce(p_job_duration, -1) not between 5 and 1440 then return private.refused('job-duration'); end if;
  answer := private.change_settings(p_business_id, 'changed hours', jsonb_build_object('working_hours', p_working_hours,
    'default_travel_buffer', p_travel_buffer, 'default_job_duration', p_job_duration), p_now);
  if answer ->> 'outcome' = 'done' then perform public.walkthrough_done(p_business_id, 'check-hours', p_now); end if;
  return answer;
end $$;
call private.member_only('public.change_hours');

-- Name, services and place: what the assistant tells leads about the business.
create function public.change_details(
  p_business_id uuid, p_business_name text, p_services text, p_time_zone text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  business public.businesses;
  known_services text;
  changes jsonb;
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if not private.is_line(p_business_name, 80) then return private.refused('business-name'); end if;
  if length(btrim(coalesce(p_services, ''))) not between 1 and 1000 then return private.refused('services'); end if;
  -- The zones of shared/time-zone.ts.
  if p_time_zone is null or p_time_zone not in (
    'Australia/Sydney', 'Australia/Melbourne', 'Australia/Brisbane', 'Australia/Perth', 'Australia/Adelaide', 'Australia/Hobart',
    'Australia/Darwin', 'Australia/Broken_Hill', 'Australia/Eucla', 'Australia/Lindeman', 'Australia/Lord_Howe', 'Indian/Christmas',
    'Indian/Cocos', 'Pacific/Norfolk') then
    return private.refused('time-zone');
  end if;
  select * into strict business from public.businesses where id = p_business_id for update;
  select o.form ->> 'services' into known_services from public.client_onboarding o where o.business_id = p_business_id and o.form is not null;
  if known_services is null then return private.refused('not-set-up'); end if;
  changes := private.difference(
    jsonb_build_object('businessName', business.business_name, 'services', known_services, 'timeZone', business.time_zone),
    jsonb_build_object('businessName', btrim(p_business_name), 'services', btrim(p_services), 'timeZone', p_time_zone));
  if changes -> 'after' = '{}'::jsonb then return private.done(); end if;
  update public.businesses set business_name = btrim(p_business_name), time_zone = p_time_zone where id = p_business_id;
  -- The reply reads the services where the form put them.
  update public.client_onboarding o
     set form = o.form || jsonb_build_object('businessName', btrim(p_business_name), 'services', btrim(p_services), 'timeZone', p_time_zone),
         business_name = btrim(p_business_name), updated_at = p_now
   where o.business_id = p_business_id and o.form is not null;
  perform private.audit(p_business_id, 'changed business details', changes, p_now);
  return private.done();
end $$;
call private.member_only('public.change_details');

-- Where and how the owner hears of leads. Australian mobiles only: whoever writes here must not make us text the world.
create function public.change_notifications(p_business_id uuid, p_by text, p_email text, p_phone text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if p_by is null or p_by not in ('both', 'sms', 'email', 'none') then return private.refused('notify-by'); end if;
  if not private.is_address(p_email) then return private.refused('email'); end if;
  if p_phone is null or p_phone !~ '^\+614[0-9]{8}$' then return private.refused('phone'); end if;
  return private.change_settings(p_business_id, 'changed notifications',
    jsonb_build_object('notify_by', p_by, 'notify_email', lower(p_email), 'notify_phone', p_phone), p_now);
end $$;
call private.member_only('public.change_notifications');

create function public.change_replies(
  p_business_id uuid, p_tone text, p_topics jsonb, p_facts text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if p_tone is null or p_tone not in ('friendly', 'professional', 'relaxed') then return private.refused('tone'); end if;
  if jsonb_typeof(p_topics) is distinct from 'array'
     or exists (select from jsonb_array_elements(p_topics) t where t #>> '{}' is null or not t #>> '{}' = any (private.all_topics())) then
    return private.refused('topics');
  end if;
  if length(coalesce(p_facts, '')) > 1000 then return private.refused('facts'); end if;
  return private.change_settings(p_business_id, 'changed what the assistant says',
    jsonb_build_object('reply_tone', p_tone, 'reply_topics', p_topics, 'reply_facts', btrim(coalesce(p_facts, ''))), p_now);
end $$;
call private.member_only('public.change_replies');

create function public.change_retention(p_business_id uuid, p_months integer, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if coalesce(p_months, 0) not between 1 and 120 then return private.refused('months'); end if;
  return private.change_settings(p_business_id, 'changed how long leads are kept', jsonb_build_object('retention_months', p_months), p_now);
end $$;
call private.member_only('public.change_retention');

-- One tap, for members too: who is on the road must be able to stop the assistant.
create function public.pause_replies(p_business_id uuid, p_paused boolean, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.role_in(p_business_id) is null then return null; end if;
  return private.change_settings(p_business_id, case when p_paused then 'paused automatic replies' else 'resumed automatic replies' end,
    jsonb_build_object('replies_paused', coalesce(p_paused, false)), p_now);
end $$;
call private.member_only('public.pause_replies');

-- The trail, newest first, pages of 50.
create function public.audit_trail(p_business_id uuid, p_page integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('frame', private.frame(p_business_id),
    'total', (select count(*) from public.audit_log a where a.business_id = p_business_id), 'pageSize', 50,
    'entries', coalesce((
      select jsonb_agg(jsonb_build_object('id', a.id, 'at', a.at, 'actor', a.actor, 'action', a.action, 'detail', a.detail) order by a.id desc)
        from (select * from public.audit_log where business_id = p_business_id order by id desc
               limit 50 offset 50::bigint * greatest(0, least(coalesce(p_page, 1), 100000) - 1)) a), '[]'))
   where private.is_owner(p_business_id)
$$;
call private.member_only('public.audit_trail');

-- Time-limited sight of the conversations for CoreSentia: 1 to 168 hours; null hours end it now.
create function public.grant_access(p_business_id uuid, p_hours integer, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if p_hours is not null and p_hours not between 1 and 168 then return private.refused('hours'); end if;
  update public.access_grants g set revoked_at = p_now where g.business_id = p_business_id and g.revoked_at is null;
  if p_hours is not null then
    insert into public.access_grants (business_id, granted_by, granted_at, expires_at)
    values (p_business_id, (select auth.uid()), p_now, p_now + make_interval(hours => p_hours));
  end if;
  perform private.audit(p_business_id, case when p_hours is null then 'ended CoreSentia''s access' else 'gave CoreSentia access' end,
    jsonb_build_object('hours', p_hours), p_now);
  return private.done();
end $$;
call private.member_only('public.grant_access');
