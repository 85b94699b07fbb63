//! The words that names are made of, per genre; alternatives are divided by `|`.
//!
//! Words are chosen so that a name sounds like its music. Surnames are rare or made up and band names join words that
//! seldom meet, so that no living artist is meant.

use crate::Style;

/// First names.
pub(super) const FIRST: &str = "Odessa|Marlon|Ines|Cato|Wilhelmina|Anselm|Tove|Rufus|Imre|Saskia|Lionel|Perpetua|Basil|\
    Oona|Thaddeus|Ilka|Corin|Maud|Efrem|Zelda|Ambrose|Nella|Osric|Pilar|Gideon|Henrike|\
    Lucian|Mirela|Casimir|Dorothea|Emeric|Fenna|Leopold|Sunniva|Barnaby|Ottilie|Jorun|\
    Quentin|Rosalba|Silas|Theodora|Ulric|Verity|Wendell|Yara|Zoltan|Agnes|Bertil|Clementine|\
    Darius";
/// Surnames.
pub(super) const LAST: &str = "Quillfeather|Vetchling|Oakshade|Marrowby|Tansley-Roe|Harrowgate|Pellowick|Strandhaug|\
    Ferncastle|Drumlin|Ashgrove-Lund|Winterbourne-Hale|Castellane-Ruiz|Okonjo-Bray|\
    Lindqvarn|Brackenwood|Sallowfield|Thistlemore|Van Oosterzee|Halvorsrud|Mistlethwaite|\
    Copperidge|Lanternes|Szarvasfi|Delacombe|Rookhope|Inchbald|Paravel|Underhay|Wexcombe|\
    Yarrowdale|Zeltman|Abernathis|Birdwhistel|Culpepper-Mays|Duskin|Elderwynn|Fairweathers|\
    Gantlet|Hollowell-Pike|Ivorsen|Juniperus|Kestleman|Larkrise|Moorcastle|Nettleship|\
    Ormskirk-Day|Penhaligan|Ravenscar|Silverlock";

/// The words of one genre and the moulds that join them (see `cast` in the parent module).
pub(super) struct Words {
    /// Adjectives.
    pub(super) a: &'static str,
    /// Things.
    pub(super) n: &'static str,
    /// Several things.
    pub(super) s: &'static str,
    /// Places and times.
    pub(super) p: &'static str,
    /// Moulds of artists.
    pub(super) artists: &'static str,
    /// Moulds of titles.
    pub(super) titles: &'static str,
}

/// The words of a genre.
pub(super) fn words(style: Style) -> Words {
    match style {
        Style::Rock => Words {
            a: "Crooked|Broken|Loud|Rusted|Electric|Reckless|Second-Hand|Careless|Burnt|Restless|\
                Sideways|Wasted|Static|Feral",
            n: "Engine|Motel|Amplifier|Jackknife|Gasoline|Thunder|Antenna|Sofa|Carousel|Siren|Backseat|\
                Fuse|Matchbook|Telegraph",
            s: "Pigeons|Saints|Lampposts|Runaways|Mechanics|Wolfhounds|Tailgaters|Vandals|Janitors|\
                Headlights|Alibis|Razors|Dropouts|Comets",
            p: "After Closing|in the Car Park|Past Midnight|on Mercer Hill|at Full Volume|\
                Before the Flood|by the Ring Road|on Credit",
            artists: "The %a %s|The %n %s|%f and the %s|The %s of %n Street|%a %n Company",
            titles: "%a %n|%n %p|%s %p|%a %s|No More %s|%n Weather|Louder Than %n|Give Me the %n|\
                %a Hearts, %a Hands|Live %p",
        },
        Style::Pop => Words {
            a: "Sugar|Neon|Paper|Golden|Plastic|Velveteen|Sunny|Bubblegum|Silver|Candy|Peachy|Dizzy|\
                Glossy|Tangerine",
            n: "Telephone|Lipstick|Summer|Crush|Roller Skate|Sunglasses|Bicycle|Lemonade|Polaroid|\
                Satellite|Holiday|Heartbeat|Mirrorball|Weekend",
            s: "Kisses|Swimmers|Balloons|Secrets|Sweethearts|Daydreams|Cherries|Fireworks|Postcards|\
                Flamingos|Dancers|Ribbons",
            p: "in July|Forever-ish|on Repeat|at the Pool|Tonight|for Two|by the Sea|After School",
            artists: "%a %n Club|%f & %f|The %a %s|Miss %f|%a %f|%f Parade|%f and the %s",
            titles: "%a %s|%n %p|Call It %n|%s %p|My %a %n|Oh, %n!|%a %a %n|Hello %n|Pretty %s|%n",
        },
        Style::Electronic => Words {
            a: "Parallel|Modular|Phase|Binary|Liquid|Infra|Polar|Analogue|Recursive|Null|Magnetic|Optic|\
                Vector|Soft",
            n: "Array|Lattice|Oscillator|Transit|Signal|Contour|Relay|Index|Diode|Protocol|Frequency|\
                Module|Terminal|Cascade",
            s: "Circuits|Harmonics|Particles|Coordinates|Machines|Waveforms|Patterns|Filters|Intervals|\
                Functions",
            p: "at 04:00|in Stereo|from Orbit|Sector 9|°C|Below Zero|on Loop",
            artists: "%a %n Bureau|%n/%n|%f %l|%n Unit %d|Kvx %n|%l %n|Institute of %a %s|%f%d",
            titles: "%a %n|%n %s|%s %p|%n 0%d|Studies in %n|%a %s|%n / %n|%d.%d|%a|%s",
        },
        Style::Rap => Words {
            a: "Golden|Concrete|Royal|Midnight|Heavy|Solid|Cold|Uptown|Velour|Bulletproof|Honest|Major",
            n: "Ledger|Crown|Corner|Pavement|Chain|Verdict|Hustle|Elevator|Testimony|Blueprint of Brass|\
                Block|Receipt|Cadillac Dream|Rooftop",
            s: "Kings|Debts|Streetlights|Diamonds|Stairwells|Sermons|Receipts|Brothers|Witnesses|\
                Ambitions",
            p: "on 9th|Till Dawn|Uptown|in the Rain|Off the Record|Since '94|at the Bodega",
            artists: "MC %l|%a %f|Yung %l|The %a %s Union|%f Ledger|Don %f|DJ %f & %f|Big %f %l|%l Boyz",
            titles: "%a %n|%s %p|The %n|%n Vol. %d|Pay the %s|My %a %s|From the %n|%a %a %n|%s Never Sleep|\
                %n Talk",
        },
        Style::Metal => Words {
            a: "Blackened|Iron|Unhallowed|Withered|Eternal|Funeral|Obsidian|Starless|Bleak|Serpent|\
                Ashen|Wretched|Frostbound|Cinder",
            n: "Throne|Abyss|Monolith|Crypt|Pyre|Revenant|Scythe|Reliquary|Leviathan|Ossuary|Hex|\
                Eclipse|Gallows|Necropolis",
            s: "Ravens|Tombs|Wolves|Thorns|Catacombs|Sigils|Graves|Embers|Spires|Plagues",
            p: "of the North|Without Dawn|Beneath the Ice|at World's End|Unto Dust|in Ruin",
            artists: "Vael %n|Skarn %n|Gormoth %n|%s ov %l|%n of %l|%a %s Cult|Ur-%n|%n Below %l",
            titles: "%a %n|%n %p|%s %p|%n of %s|The %a %n|Hymns to the %n|Where %s Sleep|%a %s|Rites of %n|%n",
        },
        Style::Jazz => Words {
            a: "Blue|Slow|Amber|Easy|Late|Cool|Round|Indigo|Smoky|Brass|Quiet|Sudden",
            n: "Alley|Corner|Sketch|Avenue|Cigarette|Minor|Stride|Window|Ballad|Taxi|Nightcap|Elevation|\
                Turnaround|Cascade",
            s: "Steps|Corners|Moods|Changes|Shadows|Keys|Conversations|Miniatures|Steeples",
            p: "at the Lantern Room|After Hours|in Five|on Orchard Street|for Two|in B Flat|Downtown",
            artists: "%f %l|The %f %l Trio|%f %l Quartet|%f %l Sextet|%f %l|The %l–%l Five|%f %l & %f %l",
            titles: "%a %n|%s %p|%n %p|%a %s|Introducing the %n|Another %a %n|Out of %n|One for %f|The %a %n|\
                %n & %n",
        },
        Style::Classical => Words {
            a: "Solemn|Pastoral|Winter|Nocturnal|Sacred|Early|Late|Complete|Unfinished|Spring",
            n: "Nocturnes|Preludes|Partitas|String Quartets|Cello Suites|Madrigals|Études|Sonatas|\
                Variations|Bagatelles|Organ Works|Lieder|Fantasias",
            s: "Seasons|Vespers|Elegies|Hymns|Dances|Motets|Songs",
            p: "in D Minor|in E Major|for Viola|for Small Orchestra|in A Minor|for Two Pianos|in C",
            artists: "%f %l|The %l Quartet|Camerata %l|%f %l, piano|Orchestra of %l|The %l Consort|\
                %f %l, cello",
            titles: "%n %p|%a %n|%l: %n|Symphony No. %d %p|%a %s|Concerto No. %d %p|The %a %n|%n, Book %d|\
                %a %s %p|Mass %p",
        },
        Style::Country => Words {
            a: "Dusty|Lonesome|Homemade|Faded|Sunday|Copper|Gravel|Wild|Honest|Prairie|Whiskey|Long",
            n: "Highway|Porch Light|Saddle|Pickup|Harvest|Tumbleweed|Creek|Silo|Jukebox|Rodeo|Windmill|\
                Boot Heel|Fence Line|Mailbox",
            s: "Mesas|Horseshoes|Coyotes|Backroads|Wildflowers|Sparrows|Goodbyes|Acres|Spurs|Fiddles",
            p: "Back Home|West of Amarilla|at Sundown|on the Radio|Down the Line|Since Mama Left|\
                in Marfa County",
            artists: "%f %l|%f Mae %l|The %a %n Band|%l Brothers|%f & the %s|%f Lee %l|The %l Sisters|\
                %n Revival",
            titles: "%a %n|%s %p|%n %p|%a %s|That Old %n|One More %n|Songs of the %n|%a %a %n|Leaving %l|\
                Too Many %s",
        },
        Style::Folk => Words {
            a: "Hollow|Mossy|Winter|Quiet|Green|Barefoot|Hazel|Old|Tidal|Woollen|Little|Wandering",
            n: "Hedgerow|Lantern|Orchard|River|Thistle|Cottage|Heron|Almanac|Bramble|Kettle|Ferry|\
                Millstone|Linden|Candle",
            s: "Starlings|Hares|Rushes|Ferns|Letters|Swallows|Foxes|Brambles|Oars|Moths",
            p: "by the Weir|in November|Over the Hill|for the Harvest|from the Island|at First Frost|\
                Upstream",
            artists: "%f %l|The %n %s|%f %n|%s of %l|%f & %f %l|The %n Singers|%l and %s",
            titles: "%a %n|%s %p|The %n %p|%a %s|%n Songs|Songs %p|The %n and the %n|Where the %s Go|\
                %a %n, %a %n|A Field of %s",
        },
        Style::Ambient => Words {
            a: "Slow|Distant|Weightless|Pale|Still|Submerged|Vast|Soft|Faint|Lucid|Half-Lit|Boreal",
            n: "Horizon|Tide|Vapour|Drift|Aurora|Meridian|Hush|Glacier|Afterglow|Estuary|Halo|Plateau|\
                Sleep|Lagoon",
            s: "Clouds|Lakes|Shorelines|Mirrors|Islands|Distances|Seasons|Echoes",
            p: "at Rest|Without Wind|for Airfields|Before Dawn|Under Snow|in Long Grass|(Night)",
            artists: "%a %n Ensemble|%f %l|%n Field|%s of %l|%n for %s|%f & the %n|%l %n",
            titles: "%a %n|%n %p|%s %p|%n|%a %s|%n I–IV|Music for %s|The %a %a %n|%dh 0%dm|%s",
        },
    }
}
