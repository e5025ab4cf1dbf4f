-- No worklist asks a question twice, and none asks what was refused or is still open.
with due as (

    select * from {{ ref('due_questions') }}

),

closed as (

    select question_key from {{ ref('int_worklists__questions') }}
    where is_open or is_rejected

)

select
    due.question_key,
    count(*) as times
from due
left join closed on due.question_key = closed.question_key
group by due.question_key
having count(*) > 1 or max(closed.question_key) is not null
