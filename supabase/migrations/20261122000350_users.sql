-- The only reading of auth.users: two narrow questions, for the secret key alone.

create function private.find_user(p_email text, out user_id uuid, out has_signed_in boolean)
language sql stable security definer set search_path = '' as $$
  select u.id, u.last_sign_in_at is not null from auth.users u where lower(u.email::text) = lower(trim(p_email)) limit 1
$$;
create function private.email_of(p_user_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select u.email::text from auth.users u where u.id = p_user_id
$$;
revoke execute on function private.find_user(text), private.email_of(uuid) from public;
grant execute on function private.find_user(text), private.email_of(uuid) to service_role;

create function public.find_user_by_email(p_email text) returns uuid
language sql stable set search_path = '' as $$ select f.user_id from private.find_user(p_email) as f $$;
call private.service_only('public.find_user_by_email');
