-- send-sign-in-link is told whom to write to by an id: an address would lie in a queue.
create function public.find_email_of_user(p_user_id uuid) returns text
language sql stable set search_path = '' as $$ select private.email_of(p_user_id) $$;
call private.service_only('public.find_email_of_user');
