//! The words that titles and performers are made of.
//!
//! Plain lists, ascending, each word once in its list and of three letters at least. A list may grow, though every name then
//! changes.

/// Leads some of the longest titles.
pub const OPENINGS: &str = "
    breathing burning calling chasing crossing dancing dreaming drifting fading falling finding flying
    following hiding holding keeping laughing learning leaving looking losing making missing moving
    painting praying remembering riding rising rolling running sailing searching shaking sinking
    sleeping standing talking turning waiting walking wandering watching whispering";

/// First word of a title.
pub const QUALITIES: &str = "
    amber ancient angry autumn barren bitter black blind blue bold brave brazen bright broken bronze
    brown burnt calm careless charmed chosen clear clever cloudy cobalt cold common copper coral crimson
    crooked cruel curious daily daring dark dear deep distant divine dizzy double dusty eager early
    eastern easy electric emerald empty endless eternal faded faint fair faithful false famous fearless
    fiery final fine first foolish forgotten fragile frail free fresh frozen gentle giant gilded glad
    glass gloomy golden graceful grand grateful gray great green grim half hard harsh hasty haunted hazy
    heavy hidden high hollow holy homeless honest humble hungry idle immortal indigo innocent iron ivory
    jaded jealous jolly keen kind last late lazy light little lonely long lost loud lovely loyal lucky
    lunar mad magic marble mellow merry midnight mild misty modern narrow neon new noble northern old
    only open orange painted pale patient perfect plain polite proud pure purple quick quiet rapid rare
    raw ready reckless red restless rough royal ruby rusty sacred sad salty sandy scarlet secret serene
    shady sharp shy silent silver simple single slow small smooth sober soft solar solemn sorry southern
    spare steady stolen stormy strange subtle sudden sunny sweet swift tame tender thin third tiny tired
    torn tough true twisted vacant vain velvet violet vivid warm weary western white whole wicked wild
    windy winter wise wooden yellow young";

/// Second word of a title.
pub const THINGS: &str = "
    acorn airplane anchor angel anthem apple arrow ashes avenue balloon banner basement basket beacon
    bell bicycle bird blanket blossom boat bone book bottle boulevard branch bread breeze bridge brother
    bucket butterfly button cabin camera candle canyon card carnival carousel castle cathedral cellar
    chain chapel child chimney cigarette circle circus city clock cloud coast coat coin comet compass
    corner country courtyard cradle crow crown dagger daisy dancer daughter desert devil diamond doctor
    dog doll dollar door dove dragon dress driver drum eagle earth echo ember engine eye farm father
    feather fence fever field fire fish flag flame flood floor flower flute fog forest fountain fox
    freeway friend frost garden gate ghost girl glove grass guitar hammer hand harbor hat heart heaven
    hero highway hill home honey horizon horse hotel hour house hurricane island jacket jewel journey
    jungle juniper key king kingdom kiss kite ladder lady lake lamp lantern laughter leaf letter
    lighthouse lightning lily lion lover machine magnet mansion map marigold market meadow memory
    message meteor mill mirror money monkey moon morning mother motor mountain mouth nation needle nest
    night ocean orchard orchid palace paper parade passenger path pearl phantom photograph piano picture
    pigeon pillow pilot pine planet pocket poem poison pony postcard preacher prince prison promise
    queen radio railroad rain rainbow raven ribbon ring river road robin rocket roof room rose sailor
    satellite scar sea season shadow ship shoe shore sister skin sky skyline smile smoke snake snow
    soldier song soul spark sparrow spider spring staircase star station statue stone storm story
    stranger street summer sun swan sword table tambourine taxi teacher telephone temple thief thread
    throne thunder ticket tiger tower town traffic train traveler treasure tree trumpet tunnel umbrella
    valley village violin voice wagon wall wallet water wave weather wedding wheel whistle widow willow
    wind window wine wing wolf woman wonder world yard";

/// Third word of a title.
pub const MOODS: &str = "
    affair afternoon again alarm alibi alone always apart aria arrival aurora away backwards ballad
    battle beat beginning below beyond birthday blues boogie bound breakdown bridegroom bygone calypso
    carol celebration chance change chant charade choir chorus closing coda company concert confession
    cure curtain dance dawn daydream daylight days decade decision delight desire destiny detour diary
    disco distance doubt downtown dream duet dusk easter eclipse ecstasy ending envy equinox escape
    evening everywhere excuse exit fable fairytale faith fanfare fantasy farewell fate favor feeling
    festival fiction fiesta finale flight folly forecast forever fortune freedom friday fugue funeral
    future gamble game glory goodbye gossip grace gravity greeting groove guess habit harmony harvest
    heartbeat heatwave hello holiday homecoming hope hymn illusion impulse indoors inside instinct
    interlude intermission intuition inventory jamboree january jazz jealousy joke joy jubilee judgment
    july june justice karma kindness lament lately later legacy legend lesson liberty lifetime longing
    love luck lullaby lunch luxury madness magic mambo march masquerade maybe mazurka melody mercy
    method minuet minute miracle mischief mission mistake moment monday monsoon mood motion movement
    mystery myth navigation never noon nostalgia nothing november nowhere number oath occasion october
    odyssey omen opera opinion outside overture paradise paradox party passage passion pastime patience
    peace polka prayer premiere pressure pretending pride procession prologue prophecy proposal puzzle
    quarrel question radiance ragtime reason rebellion recital refrain refuge regret rehearsal remedy
    requiem rescue respect retreat reunion revenge reverie revival reward rhapsody rhythm riddle ritual
    romance rumba rumor samba saturday secrets serenade shelter shuffle signal silence sincerely
    sleepover slumber solitude solo solstice someday sonata sorrow souvenir spirit stampede stillness
    struggle sunday sunrise sunset suspicion swing symphony tango temptation tension theory therapy
    thursday tide toast together tomorrow tonight touch tradition tragedy tribute triumph trouble truth
    tuesday twilight twist vacation vanity variation vengeance verdict verse victory vigil vision vow
    voyage waltz warning welcome wisdom wish yearning yesterday zeal";

/// First name of a performer, and the second one of a longer name.
pub const FIRST_NAMES: &str = "
    abigail ada adele adrian agnes alba albert alfred alice alma alvin amanda amos amy andrea angela
    anita anna anton arlo arthur astrid audrey aurelia barbara basil beatrice benjamin bernard bertha
    betty bianca blanche bonnie boris bridget bruno calvin camille carla carmen caspar cecil celeste
    charlotte chester chloe clara clarence claudia clement clifford conrad constance cora cyril daisy
    damian daphne delia della desmond diana dolores dominic dora doris dorothy duncan edgar edith edmund
    edna edwin effie elaine eleanor elias elisa ella elmer elsa elvira emil emily emma enid enrico erica
    erik ernest esther ethel eugene eunice eva evelyn fabian fannie felicia felix fergus fiona flora
    florence floyd frances frank freda gabriel gaston gemma geneva george gerald gertrude gilbert ginger
    gladys gloria gordon greta gustav gwen hannah harold harriet harvey hattie hazel hector hedwig
    helena henry herman hilda hiram homer horace hubert hugo ida igor imogen inez ingrid irene iris irma
    isaac isabel isadora ivan jasmine jasper jemima jerome joanna jonas josephine joyce judith julius
    justine karl katrina kenneth kirsten lambert laura lavinia leander lena leon leopold leroy leslie
    lester letitia lillian linus lionel lloyd lola lorenzo louis louise lucas lucille luther lydia mabel
    madeline magnus malcolm marcella margot marian marlon martha marvin mathilda maurice maxine melvin
    mercedes mildred milton minerva miranda miriam mona morris moses muriel myron nadia naomi nathan
    nellie nelson nettie nicholas nina noel nora norbert norma odette olga olive oliver ophelia orlando
    oscar oswald otis otto pamela pascal patsy pauline pearl percy phoebe phyllis priscilla quentin
    quincy rachel ralph ramona raymond rebecca regina reuben rhoda roberta roderick roland rosalind
    roscoe rowena rudolph rufus rupert ruth sabina sadie salvador samson selma serena seymour sheila
    sidney sigrid silas simon sophia stanley stella sylvia tabitha tamara terence thelma theodore thomas
    tobias trudy ulrich ursula valentin vera vernon victor vincent viola virgil vivian walter wanda
    wendell wilbur wilfred wilhelmina willa winifred yolanda yvonne zachary zelda";

/// Last name of a performer.
pub const LAST_NAMES: &str = "
    abbott acker adair ainsley albright alden alvarez amory anders applegate archer arnold ashby atwood
    austin babbage bachman baines balfour bancroft barlow barrett bartlett baxter beaumont beckett
    belmont bennett berger bishop blackwell blake bloom bolton bowen bradshaw brandt brewster briggs
    bristow brody browning burgess burke byrne caldwell calloway cameron campbell cardenas carlisle
    carver castillo chandler chaplin chavez cheever clayton coburn colby colfax collins conway cooper
    corbett cordova cornell costello covington crane crawford cromwell crosby cullen curtis dalton
    danvers darrow davenport dawson delgado denham devlin dexter donovan dorsey douglas doyle drake
    drummond dudley dunbar durham easton eaton elders ellison emerson english espinoza everett fairbanks
    farrell faulkner fenwick ferguson finch finley fischer fletcher flores foster fowler franklin fraser
    frost fuller gallagher galloway garland garrick gibson gilmore glover goddard goodwin grady grant
    graves grayson greenwood griffin grover guthrie hadley halloran hamilton hammond hanover harding
    hargrove harper harrington hastings hathaway hawkins hayes hendricks herrera hewitt higgins holbrook
    holden holloway hopkins horton howell hudson hughes huntley hurley hutchins ingram irving jackson
    jacobs jefferson jenkins jennings jensen jordan kaplan keating keller kendrick kennedy kessler
    kimball kingsley kirby kovacs lambert lancaster landry langley larkin lawson leland lennox lindberg
    lindsay livingston lockhart lombard lopez lowell ludlow maddox malone mansfield marlowe marquez
    marsden marshall mason matheson maxwell mccabe mcgraw mckenzie mendoza mercer merrick middleton
    miller mitchell monroe montague morales moreno morgan morrison mosley mueller murdock nash navarro
    nelson newell nichols nolan norwood oakley olsen ortega osborne owens paget palmer parrish patton
    paxton pearce pembroke perkins peters phelps pickett pierce porter prescott preston quimby quinn
    radcliffe ramirez ramsey randolph redmond reeves reynolds rhodes richmond rivers robbins rockwell
    rollins romero rosewood rossi rowland russell rutherford salazar sampson sanders sawyer schaefer
    schneider sedgwick shelby sheldon sheridan sherwood sinclair slater sloan somerset spaulding spencer
    stafford stanton sterling stewart stratton sullivan sumner sutton talbot tanner templeton thatcher
    thornton tolliver torres townsend travers trenton trumbull tucker turner tyler underhill upton
    valdez vance vargas vaughn vickers wadsworth wagner wainwright walcott walker wallace walton warner
    watkins weaver webster wells weston wharton wheeler whitaker whitfield wilcox wilder winslow
    winthrop woodard wyatt yates yeager york zeller zimmerman";
