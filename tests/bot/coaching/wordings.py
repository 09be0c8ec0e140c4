"""Questions that leads answer themselves, in other words that mean the same, and near them questions that mean more or
something else. Our own, written for measuring when a question counts as one that was answered."""

#: A question, two more wordings of it that a lead may add, and two that people then type.
SAME: tuple[tuple[str, tuple[str, ...], tuple[str, str]], ...] = (
    (
        "Who chairs the partnership board?",
        ("Who is the chair of the board?", "Which person leads our board meetings?"),
        ("who's chairing the partnership board these days", "Who is the current chair of our partnership board?"),
    ),
    (
        "How do I join the mailing list?",
        ("Can you add me to the mailing list?", "Where do I sign up for the newsletter?"),
        ("how can I get onto the mailing list", "how do I sign up to the newsletter?"),
    ),
    (
        "When is the next partnership meeting?",
        ("What is the date of our next meeting?", "When do we meet next?"),
        ("when's the next meeting of the partnership", "what date is the next meeting?"),
    ),
    (
        "Where are the minutes of our meetings kept?",
        ("Where can I find the minutes?", "Who has the notes of past meetings?"),
        ("where do I find the meeting minutes", "where are the minutes from our meetings stored?"),
    ),
    (
        "How do we claim travel expenses?",
        ("Can I claim back my travel costs?", "How are volunteers paid for bus fares?"),
        ("how do I claim my travel expenses back", "how can I claim travel costs?"),
    ),
    (
        "Who signs off spending from the shared budget?",
        ("Who approves spending from the pooled budget?", "Whose approval do I need to spend the joint money?"),
        ("who has to sign off spend from the shared budget", "who approves money spent from the pooled budget?"),
    ),
    (
        "What is our data sharing agreement?",
        ("Do we have an agreement on sharing data?", "What did we agree about sharing people's records?"),
        ("what's our data sharing agreement", "what does our agreement on data sharing say?"),
    ),
    (
        "Who do I contact about safeguarding training?",
        ("Who runs the safeguarding training?", "How do I book safeguarding training?"),
        ("who should I contact about safeguarding training", "who do I talk to about the safeguarding training?"),
    ),
    (
        "How do residents get a seat on the board?",
        ("How can a resident become a board member?", "How are resident members of the board chosen?"),
        ("how can residents get a seat on our board", "how does a resident become a member of the board?"),
    ),
    (
        "What is the partnership's office address?",
        ("Where is the partnership's office?", "Where are you based?"),
        ("what's the address of the partnership office", "where is the office of the partnership?"),
    ),
    (
        "Which logo should we put on joint letters?",
        ("Which logo do we use on letters that we send together?", "May I put our own logo on a joint letter?"),
        ("which logo goes on joint letters", "what logo should we use on joint letters?"),
    ),
    (
        "How often does the steering group meet?",
        ("How frequent are steering group meetings?", "Is the steering group monthly?"),
        ("how often do the steering group meet", "how frequently does the steering group meet?"),
    ),
)

#: The same, looked at once after all was settled on the others.
SAME_UNSEEN: tuple[tuple[str, tuple[str, ...], tuple[str, str]], ...] = (
    (
        "Who is our data protection officer?",
        ("Who looks after data protection?",),
        ("who's the DPO for the partnership", "who do I ask about data protection"),
    ),
    (
        "How do I book the meeting room at the library?",
        ("Can I reserve the library meeting room?",),
        ("how can I book a room at the library", "who do I talk to about booking the library room"),
    ),
    (
        "What is our target for empty homes this year?",
        ("How many empty homes do we want to bring back?",),
        ("what's our empty homes target this year", "how many empty homes are we aiming for this year"),
    ),
    (
        "Which organisations are members of the partnership?",
        ("Who is in the partnership?",),
        ("who are the partners in our partnership", "which organisations belong to the partnership?"),
    ),
    (
        "How do I report a problem with the shared case system?",
        ("The shared case system is broken, what do I do?",),
        ("how can I report a fault in the shared case system", "shared case system not working who do I tell"),
    ),
    (
        "When does the small grants fund open?",
        ("What is the opening date of the small grants fund?",),
        ("when do small grants open", "when can we apply for the small grants fund"),
    ),
)

#: A question that was answered, and one that only looks like it.
DIFFERENT: tuple[tuple[str, str], ...] = (
    ("Who chairs the partnership board?", "Who chairs the school governors?"),
    ("Who chairs the partnership board?", "What makes a good chair of a partnership?"),
    ("Who chairs the partnership board?", "How should a partnership board be run?"),
    ("How do I join the mailing list?", "How do I leave the mailing list?"),
    ("How do I join the mailing list?", "How do I join the partnership?"),
    ("When is the next partnership meeting?", "What makes partnership meetings work?"),
    ("When is the next partnership meeting?", "When was the last partnership meeting?"),
    ("When is the next partnership meeting?", "Where is the next partnership meeting?"),
    ("Where are the minutes of our meetings kept?", "Who writes the minutes of our meetings?"),
    ("Where are the minutes of our meetings kept?", "How do we keep meetings short?"),
    ("How do we claim travel expenses?", "How do we claim childcare costs?"),
    ("How do we claim travel expenses?", "How do partners share the costs of working together?"),
    ("Who signs off spending from the shared budget?", "How large is the shared budget?"),
    ("Who signs off spending from the shared budget?", "Why do shared budgets fail?"),
    ("What is our data sharing agreement?", "What gets in the way of sharing data?"),
    ("What is our data sharing agreement?", "Who signed our data sharing agreement?"),
    ("Who do I contact about safeguarding training?", "Who do I contact about first aid training?"),
    ("Who do I contact about safeguarding training?", "Who do I contact about a safeguarding concern?"),
    ("How do residents get a seat on the board?", "How do residents make a complaint?"),
    ("How do residents get a seat on the board?", "Why do residents lose interest in the board?"),
    ("What is the partnership's office address?", "What is the partnership's purpose?"),
    ("Which logo should we put on joint letters?", "Who signs joint letters?"),
    ("How often does the steering group meet?", "How often does the board meet?"),
    ("How often does the steering group meet?", "What does the steering group do?"),
    ("What was our budget in 2024?", "What was our budget in 2025?"),
    ("Can I share a record with consent?", "Can I share a record without consent?"),
    ("What happens when partners agree?", "What happens when partners don't agree?"),
)
DIFFERENT_UNSEEN: tuple[tuple[str, str], ...] = (
    ("Who is our data protection officer?", "Why is data protection a barrier?"),
    ("How do I book the meeting room at the library?", "How do I book the meeting room at the town hall?"),
    ("What is our target for empty homes this year?", "What is our target for rough sleeping this year?"),
    ("What is our target for empty homes this year?", "Why do targets distort what partners do?"),
    ("Which organisations are members of the partnership?", "Which organisations fund the partnership?"),
    ("Which organisations are members of the partnership?", "How do organisations become members of it?"),
    ("When does the small grants fund open?", "When does the small grants fund close?"),
    ("When does the small grants fund open?", "How large is the small grants fund?"),
    ("How do I report a problem with the shared case system?", "How do I get a login for the shared case system?"),
)
