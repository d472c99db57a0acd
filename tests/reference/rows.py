"""The table of the reference numbers' README, row by row: the figures that each row asks to be compared.

Key: the row's data and statistic, in its words. Each pattern of file/block/figure is to be met, for each data set.
"""

from __future__ import annotations

import re

BINARY = ("lsat6", "lsat7", "abortion", "sat12_scored", "verbal", "sim_2pl_2000x40")
MISSING = "sim_2pl_missing_2000x40"
GRADED = ("science", "sim_grm_1500x15")
POLYTOMOUS = (*GRADED, "sim_gpcm_1500x12")
CLASSICAL = (*BINARY, *GRADED)
DIF = ("sim_dif_2000x25", "verbal", "gmat")
ALTERNATIVES = r"\((\w+(?:\|\w+)+)\)"


def each(data: tuple[str, ...], *figures: str) -> tuple[str, ...]:
    return tuple(figure.replace("NAME", name) for name in data for figure in figures)


def under(block: str, figures: str) -> tuple[str, ...]:
    return tuple(f"{block}/{figure}" for figure in figures.split())


def blocks(pattern: str) -> list[str]:
    """All that a pattern with alternatives in brackets stands for."""
    found = re.search(ALTERNATIVES, pattern)
    if not found:
        return [pattern]
    return [
        one for word in found[1].split("|") for one in blocks(pattern[: found.start()] + word + pattern[found.end() :])
    ]


MIRT = {
    **dict.fromkeys((*BINARY, MISSING), ("Rasch", "2PL")),
    "science": ("graded", "gpcm", "pcm_Rasch"),
    "sim_gpcm_1500x12": ("gpcm", "graded", "pcm_Rasch"),
    "sim_grm_1500x15": ("graded",),
}
OF_ALL = "parameters_IRT scores_first50 reliability information"
OF_COMPLETE = "EAPsum S_X2 infit_outfit M2 personfit_first50"
DEFAULTS = (
    *(
        f"irt_mirt_{name}/{model}/{figure}"
        for name, models in MIRT.items()
        for model in models
        for figure in OF_ALL.split()
    ),
    *(
        f"irt_mirt_{name}/{model}/{figure}"
        for name, models in MIRT.items()
        for model in models
        for figure in OF_COMPLETE.split()
        if name != MISSING
    ),
    *under("irt_mirt_sat12_scored/3PL_prior", f"{OF_ALL} S_X2 infit_outfit M2 personfit_first50"),
    *under("irt_mirt_sim_3pl_5000x30/3PL_prior", "se scores_first50 S_X2 information"),
)

MH = "MH p alphaMH deltaMH se_deltaMH varLambda class_ETS_with_significance class_effect_size_only"
CHAINED = ("linear__chained__ws_default", "equipercentile__chained__ws_default")
SYNTHETIC = (
    *(f"{kind}__{method}" for kind in ("mean", "linear") for method in ("tucker", "levine")),
    "linear__braun_holland",
    "equipercentile__frequency_estimation",
)
NEAT = (
    *(f"{method}__{weight}" for method in SYNTHETIC for weight in ("ws_default", "ws0.5")),
    *CHAINED,
    "mean__nominal_weights__ws_default",
    "equipercentile__FE__loglinear_4422",
)
COPYDETECT = "similarity_sim_mc_500x40/CopyDetect"

ROWS = {
    "lsat6, lsat7, abortion, sat12_scored, verbal[1:24], sim_2pl, sim_2pl_missing, science, sim_grm: alpha, "
    "alpha-if-deleted, item-total raw and corrected, means, SD, SEM, skew/kurtosis": (
        *each((*CLASSICAL, MISSING), *under("ctt_NAME/psych_alpha", "raw_alpha feldt alpha_if_deleted item_stats")),
        *each(CLASSICAL, *under("ctt_NAME/scores", "mean sd SEM_alpha skewness_psych_type3 kurtosis_psych_type3")),
        *each(CLASSICAL, *under("ctt_NAME/CTT_itemAnalysis", "alpha items scaleMean scaleSD")),
        *each(BINARY, *under("ctt_NAME/ltm_descript", "alpha proportions point_biserial_incl point_biserial_excl")),
        *each((*BINARY, "science", MISSING), "ctt_pingouin_alpha/NAME/alpha"),
    ),
    "same, binary: KR-20, KR-21, tetrachoric": each(
        BINARY, *under("ctt_NAME/KR20_KR21", "KR20_popvar KR21_popvar"), "ctt_NAME/tetrachoric/rho"
    ),
    "same: omega, one factor, covariance ML": each(
        CLASSICAL, *under("ctt_NAME/omega_1factor", "omega_total omega_denominator_observed loadings logLik")
    ),
    "same: omega, minres on correlations": each(CLASSICAL, "ctt_NAME/psych_omega_1/omega_tot"),
    "same: upper-lower 27 %": each(
        CLASSICAL,
        *under("ctt_NAME/upper_lower_27", "D_stable_order D_fractional_ties D_percentile_groups"),
        "ctt_NAME/psychometric_item_exam/items",
        "ctt_NAME/ShinyItemAnalysis_gDiscrim/value",
    ),
    "sat12_raw, sim_mc: distractors: option counts by score group; option-total and option-rest r": each(
        ("sat12_raw", "sim_mc_500x40"),
        *(f"distractors_NAME/CTT_{groups}/items" for groups in ("groups3", "groups4", "groups5", "27_46_27")),
        "distractors_NAME/base_R/items",
    ),
    "lsat6, lsat7, abortion, sat12_scored, verbal, sim_2pl(+missing): Rasch, 2PL MML: target log-likelihood, "
    "parameters, EAP": each((*BINARY, MISSING), *under("irt_converged/NAME", "Rasch 2PL")),
    "science, sim_grm, sim_gpcm: GRM, GPCM, PCM MML": each(
        POLYTOMOUS, *under("irt_converged/NAME", "graded gpcm Rasch")
    ),
    "sim_3pl, sat12_scored: 3PL with prior logit(c) ~ N(-1.386, 0.5)": each(
        ("sim_3pl_5000x30", "sat12_scored"), *under("irt_converged_3pl_prior/NAME", "logLik logPrior items")
    ),
    "all of the above (sim_3pl: only parameters, SE, EAP, MAP, S-X2, test information; missing-data set: no S-X2, M2, "
    "fit): SE (Oakes), EAP/MAP/ML/WLE +SE of first 50, EAPsum table, S-X2, infit/outfit, M2, personfit Zh, test + item "
    "information at -4(.5)4, rxx": DEFAULTS,
    "lsat6 ... sim_2pl_missing, science, sim_grm, sim_gpcm: Rasch, 1PL, 2PL, GRM, GPCM, PCM by other programs; WLE, "
    "MLE; TAM item fit": (
        *each(BINARY, *(f"irt_peers_NAME/{block}/logLik" for block in ("ltm_1PL", "ltm_2PL", "ltm_rasch_slope1"))),
        *each(BINARY, *under("irt_peers_NAME/(ltm_1PL|ltm_2PL)", "coef se"), "irt_peers_NAME/psychotools_CML/cLogLik"),
        *each(
            (*BINARY, MISSING), *under("irt_peers_NAME/TAM_Rasch", "item WLE_first50 MLE_first50 msq_itemfit logLik")
        ),
        *each((*BINARY, MISSING), *under("irt_peers_NAME/TAM_2PL", "items_irt logLik")),
        *each(POLYTOMOUS, *under("irt_peers_NAME/(ltm_grm|ltm_gpcm)", "coef logLik"), "irt_peers_NAME/eRm_pcm/cLogLik"),
        *each(POLYTOMOUS, *under("irt_peers_NAME/(TAM_gpcm|TAM_pcm)", "items_irt logLik")),
        *each(
            POLYTOMOUS, "irt_peers_NAME/TAM_pcm/msq_itemfit", *under("girth_NAME/(grm_mml|pcm_mml)", "Difficulty AIC")
        ),
        *each(BINARY, *under("girth_NAME/(rasch_mml|onepl_mml|twopl_mml|rasch_conditional)", "Difficulty")),
        *under("girth_sim_3pl_5000x30/(rasch_mml|onepl_mml|twopl_mml|threepl_mml)", "Difficulty"),
    ),
    "lsat6 ... sim_2pl: Rasch conditional ML, SE, ML per score, infit/outfit, Andersen LR": (
        *each(BINARY, *under("irt_cml_NAME/eRm_CML", "difficulty se cLogLik score_theta itemfit")),
        *each(BINARY, *under("irt_cml_NAME/psychotools_CML", "difficulty_first_item_zero se cLogLik")),
        *each(("sat12_scored", "verbal", "sim_2pl_2000x40"), "irt_cml_NAME/eRm_CML/LRtest_median"),
    ),
    "sim_dif, verbal (Gender, focal 1), gmat (group, focal 1): Mantel-Haenszel chi2, alpha, delta, SE, ETS class "
    "(purified or not, continuity correction or not)": (
        *each(DIF, *under("dif_NAME/MH_purify(TRUE|FALSE)_correct(TRUE|FALSE)", MH)),
        *each(DIF, "dif_NAME/MH_purifyTRUE_correct(TRUE|FALSE)/nrPur", "dif_NAME/base_R_mantelhaen/chi2"),
    ),
    "same: logistic regression DIF (both / uniform / non-uniform; LRT and Wald), Nagelkerke dR2": (
        *each(DIF, *under("dif_NAME/logistic_(both|udif|nudif)_(LRT|Wald)", "stat p nagelkerke_deltaR2 coef_full")),
        *each(DIF, "dif_NAME/logistic_both_LRT_purified/stat"),
    ),
    "same: standardisation, delta plot, Breslow-Day, SIBTEST, Lord 2PL, mirt multi-group and LRT": each(
        DIF,
        *("dif_NAME/standardization/PDIF", "dif_NAME/delta_plot/dist", "dif_NAME/breslow_day/BD"),
        *("dif_NAME/SIBTEST/beta", "dif_NAME/Lord_2PL/chi2", "dif_NAME/mirt_multigroup_scalar/logLik"),
        "dif_NAME/mirt_LRT_drop/table",
    ),
    "actmath: identity, mean, linear, equipercentile, circle-arc, log-linear smoothed": (
        *each(("identity", "mean", "linear", "equipercentile", "circle-arc"), "equating_actmath/NAME/concordance"),
        *each(("3", "6"), "equating_actmath/equipercentile_loglinearNAME/concordance"),
        *each(("3", "6"), "equating_actmath/presmoothed_loglinearNAME/(x|y)", "equating_actmath/moments/(x|y)"),
    ),
    "kbneat, sim_forms: NEAT: Tucker, Levine, Braun-Holland, chained linear, frequency estimation, chained "
    "equipercentile": each(("kbneat", "sim_forms"), *(f"equating_NAME/{row}/concordance" for row in NEAT)),
    "sim_forms: 2PL per form, then mean-mean, mean-gmean, mean-sigma, Haebara, Stocking-Lord; true- and observed-score "
    "equating; concurrent calibration": (
        *each(("mean-mean", "mean-gmean", "mean-sigma"), *under("linking_sim_forms/equateIRT_NAME", "A B")),
        *each(("Haebara", "Stocking-Lord"), *under("linking_sim_forms/equateIRT_NAME", "A B")),
        *each(("Haebara", "Stocking-Lord"), *under("linking_sim_forms/equateIRT_NAME_grid40", "A B")),
        *each(("2PL", "Rasch"), "linking_sim_forms/calibration_NAME/(X|Y)"),
        *("linking_sim_forms/equateIRT_(TSE|OSE)/table", "linking_sim_forms/plink/constants"),
        "linking_sim_forms/mirt_concurrent_2PL/items",
    ),
    "sim_mc: omega, weighted omega, GBT, M4 for all 435 pairs of 30 persons, and conditional omega and GBT, **given** "
    "item parameters (truth) and theta (true, and ML)": (
        "similarity_sim_mc_500x40/(aberrance_true_theta|aberrance_ML_theta)/(similarity|copying)",
    ),
    "sim_mc: omega, GBT, M4, K, K1, K2, S1, S2 with parameters estimated": (
        f"{COPYDETECT}_(similarity2_nominal|similarity1_2PL)/table",
        *under(f"{COPYDETECT}_similarity2_single_pair5", "W.index GBT.index M4.index K.index K.variants"),
        "similarity_sim_mc_500x40/mirt_nominal/logLik",
    ),
    "sim_2pl: score-based omega, GBT, M4; lz, lz*; Guttman, U3, ZU3, C, MC, Ht": (
        "personfit_sim_2pl_2000x40/(similarity_score_based|lz_ML_theta)/(stat|pval)",
        "personfit_sim_2pl_2000x40/(nonparametric_first50|lz_true_theta)/stat",
    ),
    "sim_rt: lognormal RT model by ML (beta, alpha, var tau, tau EAP)": (
        *under("rt_sim_rt_1000x25/lavaan_lognormal_(all|clean)", "logLik beta alpha var_tau tau_EAP_first50 se_beta"),
    ),
    "sim_rt: RT person fit L_T, lz*, joint; rapid guessing NT10, NT20, 3 s, CUMP thresholds": (
        *under("rt_sim_rt_1000x25/aberrance_personfit_RT", "stat_first100 pval_first100"),
        *under("rt_sim_rt_1000x25/aberrance_rg_(NT10|NT20|CT3|CUMP)", "thresholds rte_first100 flag_counts_per_item"),
    ),
    "sim_rt: hierarchical speed-accuracy": ("rt_sim_rt_1000x25/LNIRT_MCMC/(lambda|sigma2|a|b)",),
}
