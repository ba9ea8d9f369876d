//! Code lists that SEP-9 points to (SEP-9, encodings), as words separated by spaces.

/// ISO 3166-1 alpha-3.
pub(super) const COUNTRIES_ALPHA3: &str = "\
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM \
    BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR \
    CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB \
    GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA \
    JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA \
    MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR \
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS \
    SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON \
    TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE";

/// ISO 3166-1 alpha-2.
pub(super) const COUNTRIES_ALPHA2: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Some of ISO 3166-2.
pub(super) const SUBDIVISIONS: &str = "\
    AD-02 AR-B AR-C AU-NSW BR-RJ BR-SP CA-QC CH-ZH CN-BJ CO-DC DE-BY ES-CT FR-IDF GB-ENG GB-SCT GR-I ID-JK IN-MH \
    JP-13 KE-30 MX-CMX NG-LA PH-00 PL-14 PT-11 SE-AB UA-30 US-CA US-NY VN-HN ZA-GP";

/// ISO 639-1.
pub(super) const LANGUAGES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el \
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu \
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na \
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so \
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// ISCO-08, minor groups.
pub(super) const OCCUPATIONS: &str = "\
    011 021 031 111 112 121 122 131 132 133 134 141 142 143 211 212 213 214 215 216 221 222 223 224 225 226 231 232 \
    233 234 235 241 242 243 251 252 261 262 263 264 265 311 312 313 314 315 321 322 323 324 325 331 332 333 334 335 \
    341 342 343 351 352 411 412 413 421 422 431 432 441 511 512 513 514 515 516 521 522 523 524 531 532 541 611 612 \
    613 621 622 631 632 633 634 711 712 713 721 722 723 731 732 741 742 751 752 753 754 811 812 813 814 815 816 817 \
    818 821 831 832 833 834 835 911 912 921 931 932 933 941 951 952 961 962";

/// Some of the E.164 country calling codes.
pub(super) const CALLING_CODES: &str = "\
    1 7 20 27 30 31 33 34 39 44 49 52 54 55 57 61 62 63 81 82 86 91 234 254 351 380 503 852 971 998";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_list_is_whole_and_of_one_width() {
        for (list, width, count) in
            [(COUNTRIES_ALPHA3, 3, 249), (COUNTRIES_ALPHA2, 2, 249), (LANGUAGES, 2, 183), (OCCUPATIONS, 3, 130)]
        {
            let codes: BTreeSet<_> = list.split(' ').collect();
            assert_eq!(codes.len(), count);
            assert!(codes.iter().all(|code| code.len() == width), "{codes:?}");
        }
    }
}
