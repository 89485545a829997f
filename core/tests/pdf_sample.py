"""An invented plan, as peps would print it: every class of plan.css, four kinds of content, several pages."""

from typing import Any

from django.template import Context, Template

from core.pdf import Frame

FRAME = Frame(
    reference="PEP-7K3Q9-2026-1",
    classification="OFFICIAL-SENSITIVE: PERSONAL",
    audience="Full plan: Virtual School, setting and lead practitioner",
    version="Version 3",
    initials="M.O.",
)

IDENTITY = [
    ("Known as", "Maya Okonjo-Reyes"),
    ("Date of birth", "14 February 2017, Year 5"),
    ("Status", "Child in need since 9 March 2026"),
    ("Setting", "Example Hill Primary Academy"),
    ("Designated teacher", "Žofia Łukasiewicz"),
    ("Lead practitioner", "Daniel Achebe, Family Help team North"),
    ("Virtual School adviser", "Karen Adviser"),
    ("Meeting held", "Wednesday 18 November 2026"),
    ("Plan due", "Friday 11 December 2026"),
]

QUESTIONS = [
    (
        "What is going well in school?",
        "Maya settles quickly when she knows what the day holds. She greets the adult at the gate, takes her place at breakfast club and "
        "reads to the younger children on Thursdays. In mathematics she explains her reasoning aloud and has begun to check her own work.",
    ),
    (
        "What gets in the way of learning?",
        "Mornings after contact are hard. She arrives late, without breakfast, and needs about half an hour before she can join the class. "
        "Changes of adult at short notice lead to her leaving the room; this happened on six days this half-term (eleven last half-term).",
    ),
    ("What does the family think?", "Her mother says that homework is calmer since the setting moved it to the club after school."),
    ("Is there anything that Maya wants to change?", ""),
]

TARGETS = [
    (
        "Reading",
        "Reads at 88 words a minute",
        "Reads at 105 words a minute, with expression",
        "Friday 12 February 2027",
        "Mrs Osei, reading volunteer",
    ),
    (
        "Being on time",
        "Late on 9 of 35 mornings",
        "Late on no more than 3 of 35 mornings",
        "Friday 18 December 2026",
        "Family Help team, breakfast club",
    ),
    ("Friendships", "Plays alone on most days", "Joins one group game each break", "Friday 12 February 2027", "Mr Hale, lunchtime team"),
]

SUBJECTS = [
    ("Reading", "Working towards", "Expected", "2 points"),
    ("Writing", "Working towards", "Working towards", "1 point"),
    ("Mathematics", "Expected", "Expected", "2 points"),
]

PLAN = """{% extends "pdf/base.html" %}
{% block heading %}Personal Education Plan, autumn term 2026{% endblock %}
{% block body %}
  <p class="notice">{{ notice }}</p>
  <dl class="identity">
    {% for label, value in identity %}<dt>{{ label }}</dt><dd>{{ value }}</dd>{% endfor %}
  </dl>
  {% for number in parts %}
    <section>
      <h2>Part {{ number }}: learning and school life</h2>
      {% for question, answer in questions %}
        <h3 class="question">{{ question }}</h3>
        <div class="answer">{% if answer %}{{ answer|linebreaks }}{% else %}<p class="none">No answer was given.</p>{% endif %}</div>
      {% endfor %}
    </section>
  {% endfor %}
  <section>
    <h2>Attainment and attendance</h2>
    <table class="small">
      <caption>Teacher assessment</caption>
      <thead>
        <tr>
          <th scope="col">Subject</th><th scope="col">Summer</th><th scope="col">Autumn</th><th scope="col" class="number">Progress</th>
        </tr>
      </thead>
      <tbody>
        {% for subject, summer, autumn, progress in subjects %}
          <tr><th scope="row">{{ subject }}</th><td>{{ summer }}</td><td>{{ autumn }}</td><td class="number">{{ progress }}</td></tr>
        {% endfor %}
      </tbody>
    </table>
    <figure>
      <figcaption>Attendance by half-term</figcaption>
      <svg xmlns="http://www.w3.org/2000/svg" width="400" height="90" viewBox="0 0 400 90" role="img"
           font-family="Atkinson Hyperlegible Next" font-size="13">
        <title>Attendance by half-term: 84 % in autumn 1, 91 % in autumn 2</title>
        <rect x="90" y="8" width="242" height="24" fill="#9fc2be"/><text x="0" y="25">Autumn 1</text>
        <text x="340" y="25">84 %</text>
        <rect x="90" y="48" width="262" height="24" fill="#0b5351"/><text x="0" y="65">Autumn 2</text>
        <text x="360" y="65">91 %</text>
      </svg>
    </figure>
  </section>
  <section>
    <h2>Targets</h2>
    {% for name, now, then, when, who in targets %}
      <section class="target">
        <h3>{{ name }}</h3>
        <p><span class="label">Now:</span> {{ now }}</p>
        <p><span class="label">By then:</span> {{ then }}</p>
        <p><span class="label">When:</span> {{ when }}</p>
        <p><span class="label">Who:</span> {{ who }}</p>
      </section>
    {% endfor %}
  </section>
{% endblock %}"""


def plan(**changes: Any) -> str:
    """The HTML of the invented plan; `changes` replace parts of its context."""
    context = {
        "frame": FRAME,
        "notice": "Not signed off yet. Do not act on this plan before the adviser has checked it.",
        "identity": IDENTITY,
        "parts": range(1, 4),
        "questions": QUESTIONS,
        "subjects": SUBJECTS,
        "targets": TARGETS,
    }
    return Template(PLAN).render(Context({**context, **changes}))
