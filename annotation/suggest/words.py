"""Word lists of the rules: verbs that report, forms of the subjunctive, and the small words that bound a phrase.

Written for this project from general knowledge of German grammar; nothing is copied from a lexicon.
"""

from __future__ import annotations


def _weak(stems: str) -> frozenset[str]:
    """Finite forms of the third person of regular verbs, from their stems."""
    forms = set()
    for stem in stems.split():
        link = "e" if stem[-1] in "td" else ""
        forms |= {stem + link + "t", stem + "en", stem + link + "te", stem + link + "ten"}
    return frozenset(forms)


# Verbs that report a clause by themselves …
REPORTS = _weak(
    """
    sag erklär beton warn forder kritisier mein glaub behaupt versicher bekräftig bekund beteuer bemängel beklag klag
    mahn schilder bericht meld erzähl erläuter erwider entgegn antwort ergänz unterstreich prophezei urteil schwärm
    schimpf polter wetter spott konter lob rühm jubel frohlock wiederhol bestätig verlang beantrag vermut folger erinner
    argumentier monier plädier appellier kommentier prognostizier resümier protestier fürcht befürcht hoff
    freu zeig droh beharr bilanzier präzisier widersprech signalisier garantier verkünd mutmaß erwart fürcht rechtfertig
    schätz veranschlag bezweifel unterstell verteidig erhoff empfehl äußer lästert höhn seufz brumm knurr grummel maul raun tön wünsch
    """
) | frozenset(
    """
    sprach sprachen spricht sprechen schrieb schrieben schreibt schreiben rief riefen ruft rufen hieß heißt fand fanden
    findet finden befand befanden befindet riet rieten rät raten versprach versprachen verspricht versprechen bat baten
    bittet bitten widersprach widerspricht gestand gesteht unterstrich empfahl empfiehlt
    weiß wissen warb wirbt werben drang dringt drängt drängte drängen verriet verrät lautet lautete möchte möchten
    """.split()
)
# … and those that do so with a particle at the end of their clause.
SPLIT_REPORTS: dict[str, frozenset[str]] = {
    form: frozenset(particles.split())
    for forms, particles in (
        ("teilte teilten teilt teilen", "mit"),
        ("räumte räumten räumt räumen", "ein"),
        ("kündigte kündigten kündigt kündigen", "an"),
        ("wandte wandten wendet wenden", "ein"),
        ("hielt hielten hält halten", "dagegen entgegen vor fest"),
        ("fügte fügten fügt fügen setzte setzt", "hinzu an"),
        ("rechnete rechneten rechnet rechnen", "vor damit"),
        ("stellte stellten stellt stellen", "klar fest"),
        ("gab gaben gibt geben", "an zu bekannt bedenken protokoll"),
        ("wies wiesen weist weisen", "zurück hin"),
        ("legte legt pflichtete pflichtet stimmte stimmt hakte hakt", "nach bei zu dar"),
        ("führte führten führt deutete deutet merkte merkt", "aus an"),
        ("hob hoben hebt", "hervor"),
        ("ließ ließen lässt lassen", "wissen ausrichten mitteilen verlauten erklären"),
        ("geht gehen ging gingen", "davon"),
        ("regte regten regt bot boten bietet", "an"),
        ("schlug schlugen schlägt schlagen", "vor"),
        ("sagt sagte", "voraus zu"),
        ("warf warfen wirft werfen", "vor ein"),
        ("forderte forderten fordert fordern rief riefen ruft", "auf"),
    )
    for form in forms.split()
}
PARTICIPLES = frozenset(
    """
    gesagt erklärt betont gewarnt gefordert kritisiert behauptet versichert bekräftigt mitgeteilt angekündigt
    eingeräumt zugesagt zugesichert versprochen verlangt berichtet geschrieben gemeldet ausgerechnet nachgerechnet
    festgestellt klargestellt bestätigt gedroht vorgeworfen ergänzt geantwortet beobachtet angegeben bekanntgegeben
    angeregt beklagt gemahnt erläutert prophezeit vorgeschlagen empfohlen hinzugefügt ausgeführt unterstrichen geäußert
    """.split()
)
# Verbs whose object, not a clause, is what they claim: with the small word that must follow, or none.
NAMING = frozenset("nannte nannten nennt nennen bezeichnete bezeichneten bezeichnet bezeichnen".split())
HOLDING = frozenset("hält halten hielt hielten".split())
OBJECT_VERBS: dict[str, str] = {
    form: word
    for forms, word in (
        ("befürchtet befürchten befürchtete befürchteten prophezeit prophezeite prophezeien", ""),
        ("fordert forderte fordern forderten verlangt verlangte verlangen verlangten", ""),
        ("kritisiert kritisierte kritisieren kritisierten lobt lobte loben lobten bemängelt bemängelte", ""),
        ("warnt warnte warnen warnten", "vor"),
        ("rechnet rechnete rechnen rechneten", "mit"),
        ("plädiert plädierte plädieren plädierten", "für"),
        ("pocht pochte pochen pochten dringt drang drängt drängte", "auf"),
        ("wirft warf werfen warfen", "-vor"),
        ("lehnt lehnte lehnen lehnten", "-ab"),
        ("weist wies weisen wiesen", "-zurück"),
    )
    for form in forms.split()
}
# Whoever is asked, advised or urged steers the infinitive and belongs to the claim.
STEERING = frozenset("riet rieten rät raten bat baten bittet bitten drängt drängte drängten mahnt mahnte".split())

# Subjunctive I that is never anything else in the third person, and subjunctive II that stands in for it.
SUBJUNCTIVE = frozenset(
    """
    sei seien habe werde könne müsse solle wolle dürfe möge gebe komme gehe stehe lasse bleibe liege nehme sehe spreche
    halte trage wisse finde bringe tue heiße biete gelte koste warte arbeite leiste erwarte bedeute diene trete reiche
    reiße brauche fehle gehöre verstoße vertrete bestehe entstehe beginne gewinne verliere steige sinke zeige mache
    """.split()
)
SUBJUNCTIVE_2 = frozenset(
    """
    hätte hätten wäre wären würde würden könnte könnten müsste müssten dürfte dürften gäbe gäben käme kämen ginge gingen
    ließe ließen stünde stünden läge lägen bräuchte bräuchten fände fänden täte täten verlöre verlören nähme nähmen
    bliebe blieben brächte brächten schliefe säße säßen sollten stiegen fielen entfielen
    """.split()
)
_DETERMINERS = """
    der die das den dem des ein eine einen einem einer eines sein seine seinen seinem seiner seines ihr ihre ihren ihrem
    ihrer ihres unser unsere unserem unserer dieser diese dieses diesem diesen jener jene jenes jeder jede jedes mehrere
    viele einige kein keine beide derselbe dieselbe demselben derselben
    """
DETERMINERS = frozenset(_DETERMINERS.split())
OBLIQUE = frozenset("den dem des einen einem eines keinen keinem seinem ihrem diesem".split())
PRONOUNS = frozenset("er sie man es wir ich dieser diese".split())
RELATIVES = frozenset("der die das den dem deren dessen denen welche welcher welches welchen was".split())
PREPOSITIONS = frozenset(
    """
    ab am an auf aus außer bei beim bis dank durch entgegen für gegen gegenüber hinter im in infolge ins innerhalb
    laut mit nach neben ohne per samt seit statt trotz über um unter vom von vor während wegen zu zum zur zwischen ans
    """.split()
)
TEMPORAL = frozenset("am beim bei im in zum gegenüber via auf laut nach vor unserer unserem dem".split())
SUBORDINATORS = frozenset(
    """
    dass daß weil wenn falls sofern solange sobald obwohl während nachdem bevor ehe damit indem um ohne anstatt sodass
    als da seit bis wer wo wie ob wobei womit wodurch weshalb sondern denn
    """.split()
)
QUESTIONS = frozenset("ob wer wem wen wie wieso warum weshalb wann wo wohin woher welche welcher welches".split())
ADVERBS = frozenset(
    """
    dagegen hingegen indes zudem auch aber allerdings derweil jedoch dafür gar zugleich außerdem nun dann doch schon
    wieder heute gestern morgen bereits erneut ferner weiter noch nur sogar selbst deshalb daher darum so da dort hier
    später zuvor bisher jetzt inzwischen unterdessen jederzeit immerhin schließlich ausgerechnet sonst eben einmal neulich
    ebenfalls ebenso ganz hart endlich darin lieber zweimal dreimal anders deutlicher immer nie oft
    meist mehr nicht sehr fast kaum rund etwa gut knapp bloß allein daraufhin danach
    """.split()
)
CONJUNCTIONS = frozenset("und oder aber doch denn sowie sondern jedoch".split())
FUNCTION = (
    DETERMINERS
    | PRONOUNS
    | RELATIVES
    | PREPOSITIONS
    | SUBORDINATORS
    | ADVERBS
    | CONJUNCTIONS
    | frozenset(
        "ihm ihnen ihn uns mir mich dir dich sich nicht ja nein klar zwar alle alles jetzt was hat ihr sie".split()
    )
) - {"laut"}
# Lower-case words in -e that are no verb: without them every such word behind a noun would pass for a subjunctive.
NO_VERB = FUNCTION | frozenset(
    """
    gerade ohne heute gerne lange beinahe beide keine welche solche manche andere viele wenige einige alle ganze nahe
    müde leise böse träge feige weise rosa halbe volle neue alte große kleine gute hohe erste zweite dritte letzte
    nächste damalige heutige eigene eigenen zuhause zurzeit beispielsweise teilweise möglicherweise glücklicherweise
    normalerweise üblicherweise vorzugsweise probeweise euro wurde würde hätte wäre könnte müsste sollte wollte
    dürfte zustande imstande infrage zugute mitte erde ende seite weile möchte mochte musste konnte durfte hatte sagte
    """.split()
)
ACCOUNTS = frozenset(
    """
    angaben angabe einschätzung einschätzungen ansicht meinung auffassung darstellung worten informationen
    berechnungen berechnung rechnung lesart zählung auskunft erkenntnissen schätzungen schätzung aussage aussagen
    überzeugung einschätzungen urteil erkenntnis zahlen erklärung mitteilung medienberichten berichten bericht studie
    umfrage modell entwurf gutachten papier analyse statistik notiz vermerk prognose übersicht teilnehmerangaben
    medienangaben polizeiangaben
    """.split()
)
# Accounts that belong to somebody: who gives them is the claimant, not the account itself.
OWNED = ACCOUNTS - frozenset(
    """
    medienberichten berichten bericht studie umfrage modell entwurf gutachten papier analyse statistik notiz vermerk
    prognose übersicht
    teilnehmerangaben medienangaben polizeiangaben
    """.split()
)
NUMBERS = frozenset(
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend rund etwa gut knapp fast".split()
)
# Verbs behind which stands what somebody does not claim.
MODALS = frozenset(
    "darf dürfen kann können muss müssen soll sollen will wollen konnte konnten wollte wollten musste".split()
)
# What somebody has who states it behind a colon: Seine Forderung: …
UTTERANCES = frozenset(
    """
    forderung vorschlag vorwurf tipp kritik fazit argument begründung urteil appell warnung einwand botschaft rat
    prognose these antwort reaktion mahnung
    """.split()
)
DENIALS = frozenset("bestritt bestritten bestreitet bestreiten".split())
CALENDAR = frozenset(
    """
    montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli august
    september oktober november dezember montagabend dienstagabend mittwochabend donnerstagabend freitagabend uhr
    """.split()
)
