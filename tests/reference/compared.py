"""Which test compares which figures of reference/, block by block.

`FILE/BLOCK` → test → figures of the block, all of which each of its cases looks up; of `this|that` each case one. Names
in braces are the test's parameters. `conftest` holds every case to what is said here, and `test_every_figure` finds
what nobody compares.
"""

from __future__ import annotations

SIMILARITY = "similarity_sim_mc_500x40"
PERSON_FIT = "personfit_sim_2pl_2000x40"
TIMES = "rt_sim_rt_1000x25"

CLASSICAL = {
    "ctt_{name}/psych_alpha": {
        "test_classical.test_item_statistics": "item_stats",
        "test_classical.test_alpha": "feldt raw_alpha",
        "test_classical.test_alpha_if_deleted": "alpha_if_deleted",
    },
    "ctt_{name}/psych_(alpha|splitHalf)": {
        "test_classical.test_lower_bounds_of_correlations": "std_alpha|G6_smc|average_r|ev_lambda2",
    },
    "ctt_pingouin_alpha/{name}": {"test_classical.test_alpha_of_pingouin": "alpha ci95_feldt"},
    "ctt_pingouin_alpha/sim_2pl_missing_2000x40_listwise": {
        "test_classical.test_alpha_of_pingouin_over_persons_with_every_item": "alpha ci95_feldt",
    },
    "ctt_{name}/scores": {
        "test_classical.test_scores": "mean|sd|skewness_psych_type3|kurtosis_psych_type3",
        "test_classical.test_standard_error_of_measurement": "SEM_alpha",
        "test_classical.test_frequencies_of_scores": "var_n_minus_1 frequency",
        "test_classical.test_alpha_of_a_test_twice_as_long": "spearman_brown_double",
    },
    "ctt_{name}/KR20_KR21": {"test_classical.test_kuder_richardson": "KR20_popvar KR21_popvar"},
    "ctt_{name}/ltm_descript": {
        "test_classical.test_facilities_of_ltm": "point_biserial_excl point_biserial_incl proportions alpha",
    },
    "ctt_{name}/CTT_itemAnalysis": {
        "test_classical.test_item_analysis_of_ctt": "alpha items scaleMean scaleSD",
        "test_classical.test_biserial_and_polyserial": "items",
    },
    "ctt_{name}/tetrachoric": {"test_classical.test_tetrachoric": "rho tau"},
    "ctt_{name}/upper_lower_27": {
        "test_classical.test_upper_lower_27_percent": "D_fractional_ties",
        "test_upper_lower.test_groups_of_27_percent": "{rule}",
        "test_upper_lower.test_members_of_the_groups": "k cut_high cut_low n_high n_low",
        "test_upper_lower.test_facilities_of_the_groups": "upper_p_fractional lower_p_fractional",
    },
    "ctt_{name}/omega_1factor": {
        "test_classical.test_omega_of_covariances": (
            "omega_total|omega_denominator_observed|loadings|residual_variances|logLik"
        ),
    },
    "ctt_{name}/psych_omega_1": {"test_classical.test_omega_of_correlations": "omega_tot alpha G6"},
    "ctt_{name}/psych_splitHalf": {"test_classical.test_lower_bounds_beside_split_halves": "alpha guttman_lambda6"},
    "ctt_{name}/psychometric_item_exam": {
        "test_upper_lower.test_thirds_of_psychometric": "items",
        "test_upper_lower.test_correlations_of_psychometric": "items",
    },
    "ctt_{name}/ShinyItemAnalysis_gDiscrim": {
        "test_upper_lower.test_thirds_and_fifths_of_shinyitemanalysis": "value",
        "test_upper_lower.test_shinyitemanalysis_stopped_where_totals_are_too_few": "value",
    },
    "distractors_{name}/{grouping}": {"test_options.test_options_by_score_group": "items"},
    "distractors_{name}/CTT_groups3": {"test_options.test_correlations_of_ctt": "items"},
    "distractors_{name}/base_R": {
        "test_options.test_option_correlations": "items",
        "test_options.test_totals": "total_mean total_sd",
    },
}

MARGINAL = {
    "irt_converged/{name}": {
        "test_calibration.test_likelihood_and_parameters_on_a_grid_that_is_wide_and_fine_enough": "{model}",
        "test_ability.test_eap_of_the_converged_calibrations": "{model}",
    },
    "irt_converged_3pl_prior/{name}": {
        "test_calibration.test_3pl_with_a_prior_of_its_asymptotes": "items logLik logPrior",
    },
    "irt_mirt_{name}/{model}": {
        "test_mirt.test_likelihood_at_its_parameters": "logLik items",
        "test_mirt.test_likelihood": "logLik AIC BIC latent_mean logPrior npar n",
        "test_mirt.test_slopes_and_intercepts": "parameters_slope_intercept",
        "test_calibration.test_standard_errors": "npar parameters_IRT",
        "test_calibration.test_standard_errors_of_gpcm_intercepts": "parameters_slope_intercept",
        "test_ability.test_first_fifty": "scores_first50",
        "test_ability.test_sum_score_table": "EAPsum latent_var parameters_IRT",
        "test_ability.test_information": "information",
        "test_ability.test_reliability": "reliability latent_var",
        "test_item_fit.test_score_fit": "S_X2",
        "test_item_fit.test_mean_squares_of_items_at_eap": "infit_outfit",
        "test_item_fit.test_mean_squares_of_items_as_mirt_has_them_at_ml": "infit_outfit_ML",
        "test_item_fit.test_mean_squares_of_persons_at_eap": "personfit_first50",
        "test_irt_person_fit.test_zh": "personfit_first50",
        "test_global_fit.test_m2": "M2",
        "test_global_fit.test_m2_with_too_few_degrees": "M2",
    },
    "irt_mirt_{name}/3PL_prior": {
        "test_calibration.test_standard_errors_of_the_3pl": "parameters_IRT|se",
        "test_mirt.test_likelihood_of_the_3pl": "logLik logPrior npar",
    },
    "irt_mirt_sim_3pl_5000x30/2PL": {
        "test_calibration.test_3pl_without_a_prior_comes_as_high_as_any": "logLik",
        "test_mirt.test_2pl_beside_the_3pl": "items",
    },
    "irt_mirt_sim_3pl_5000x30/3PL": {
        "test_calibration.test_3pl_without_a_prior_comes_as_high_as_any": "logLik npar logPrior",
    },
    "irt_peers_{name}/{block}": {
        "test_calibration.test_likelihoods_of_other_programs": "logLik",
        "test_programs.test_likelihood_at_the_parameters_of_ltm": "coef logLik",
        "test_programs.test_parameters_of_ltm": "coef logLik",
        "test_programs.test_errors_of_ltm": "se",
        "test_programs.test_partial_credit_of_tam": "items_irt logLik",
    },
    "irt_peers_{name}/ltm_grm": {"test_programs.test_graded_response_of_ltm": "coef"},
    "irt_peers_{name}/ltm_gpcm": {"test_programs.test_generalised_partial_credit_of_ltm": "coef logLik"},
    "irt_peers_{name}/TAM_Rasch": {
        "test_programs.test_rasch_of_tam": "item logLik variance",
        "test_programs.test_errors_of_tam_take_abilities_for_known": "item",
        "test_ability.test_tam_of_a_rasch_model": (
            "EAP_first50 EAP_reliability MLE_first50 WLE_first50 WLE_reliability item variance"
        ),
        "test_item_fit.test_mean_squares_over_the_posterior": "msq_itemfit",
    },
    "irt_peers_{name}/TAM_2PL": {
        "test_programs.test_2pl_of_tam": "items_irt logLik",
        "test_ability.test_tam_of_a_2pl_model": "EAP_first50 EAP_reliability",
    },
    "irt_peers_{name}/TAM_gpcm": {"test_ability.test_tam_of_a_partial_credit_model": "EAP_first50"},
    "irt_peers_{name}/TAM_pcm": {
        "test_programs.test_errors_of_tams_partial_credit_take_abilities_for_known": "variance xsi",
        "test_item_fit.test_mean_squares_over_the_posterior_of_partial_credit": "msq_itemfit",
    },
    "irt_peers_{name}/psychotools_CML": {
        "test_conditional.test_psychotools_beside_the_marginal_fits": "cLogLik df difficulty_item1_zero vcov_se",
    },
    "irt_peers_{name}/eRm_pcm": {
        "test_programs.test_conditional_partial_credit_of_erm": "beta cLogLik thresholds",
    },
    "girth_{name}/{block}": {
        "test_girth.test_parameters": "Difficulty Discrimination",
        "test_girth.test_its_likelihood_is_nowhere_above_ours": "AIC",
        "test_girth.test_abilities_given_its_items": "EAP_first50",
        "test_girth.test_difficulties_are_of_the_margins": "Difficulty Discrimination",
    },
    "girth_{name}/rasch_conditional": {"test_girth.test_conditional_difficulties": "Difficulty"},
    "girth_sim_3pl_5000x30/threepl_mml": {
        "test_girth.test_its_3pl_is_below_the_highest_known_likelihood": "Difficulty Discrimination Guessing",
    },
    f"{SIMILARITY}/mirt_nominal": {
        "test_mirt.test_nominal_model_at_its_parameters": "EAP_first50 lambda logLik zeta",
        "test_mirt.test_nominal_model": "lambda logLik npar zeta",
    },
}

CONDITIONAL = {
    "irt_cml_{name}/eRm_CML": {
        "test_conditional.test_difficulties": "difficulty",
        "test_conditional.test_errors": "se",
        "test_conditional.test_log_likelihood": "cLogLik",
        "test_conditional.test_ability_of_each_score": "score_theta score_se",
        "test_conditional.test_andersen": "LRtest_median",
        "test_conditional.test_separation": "separation_reliability",
        "test_item_fit.test_mean_squares_of_items_at_ml": "difficulty itemfit",
    },
    "irt_cml_{name}/psychotools_CML": {
        "test_conditional.test_difficulties": "difficulty_first_item_zero",
        "test_conditional.test_errors": "se",
        "test_conditional.test_log_likelihood": "cLogLik df",
    },
}

FAIRNESS = {
    "dif_{name}/MH_purify(TRUE|FALSE)_correct(TRUE|FALSE)": {
        "test_dif.test_mantel_haenszel": (
            "MH p alphaMH deltaMH se_deltaMH varLambda class_ETS_with_significance class_effect_size_only DIFitems"
        ),
    },
    "dif_{name}/MH_purifyTRUE_correct(TRUE|FALSE)": {"test_dif.test_purification_of_mantel_haenszel": "nrPur"},
    "dif_{name}/base_R_mantelhaen": {"test_dif.test_mantel_haenszel_of_base_r": "chi2 common_odds_ratio"},
    "dif_{name}/standardization": {"test_dif.test_standardisation": "PDIF stdAlpha"},
    "dif_{name}/breslow_day": {"test_dif.test_breslow_day": "BD"},
    "dif_{name}/delta_plot": {"test_dif.test_delta_plot": "axis dist DIFitems"},
    "dif_{name}/logistic_{kind}_{criterion}": {
        "test_dif.test_logistic": "coef_full df nagelkerke_deltaR2 p stat DIFitems",
    },
    "dif_{name}/logistic_both_LRT_purified": {
        "test_dif.test_purified_logistic": "DIFitems nagelkerke_deltaR2 nrPur stat p",
    },
    "dif_{name}/SIBTEST": {"test_dif.test_sibtest": "X2 beta p se DIFitems"},
    "dif_{name}/Lord_2PL": {
        "test_dif.test_lord_given_two_calibrations": "chi2 itemParInit p DIFitems",
        "test_dif.test_lord_of_our_calibrations": "chi2",
    },
    "dif_{name}/mirt_LRT_drop": {"test_dif.test_likelihood_ratio": "table"},
    "dif_{name}/mirt_multigroup_scalar": {"test_dif.test_likelihood_ratio": "focal_mean focal_var logLik items"},
}

LINKS = {
    "equating_actmath/{row}": {"test_equating.test_random_groups": "concordance"},
    "equating_actmath/presmoothed_loglinear(3|6)": {"test_equating.test_smoothed_counts": "{form}"},
    "equating_actmath/moments": {"test_equating.test_moments": "{form}"},
    "equating_{data}/{row}": {"test_equating.test_neat": "concordance"},
    "linking_sim_forms/equateIRT_{criterion}{grid}": {"test_linking.test_constants": "A B"},
    "linking_sim_forms/plink": {"test_linking.test_constants_of_plink": "constants"},
    "linking_sim_forms/equateIRT_TSE": {"test_linking.test_true_scores": "table"},
    "linking_sim_forms/equateIRT_OSE": {"test_linking.test_observed_scores": "table"},
    "linking_sim_forms/calibration_{model}": {"test_linking.test_calibrations": "{form}"},
    "linking_sim_forms/mirt_concurrent_2PL": {
        "test_linking.test_concurrent_calibration": "items logLik meanY varY",
        "test_calibration.test_concurrent_and_fixed_parameter_calibration": "items logLik meanY varY",
    },
}

PERSONS = {
    f"{SIMILARITY}/{{block}}": {
        "test_similarity.test_all_pairs_of_thirty": "similarity",
        "test_similarity.test_p_values_of_all_pairs": "similarity",
        "test_similarity.test_given_the_source": "copying",
        "test_similarity.test_k_family": "table",
    },
    f"{SIMILARITY}/aberrance_ML_theta": {"test_similarity.test_abilities_of_aberrance": "eta_ML rows_used"},
    f"{SIMILARITY}/CopyDetect_{{block}}": {"test_similarity.test_with_everything_estimated": "table"},
    f"{SIMILARITY}/CopyDetect_similarity2_nominal": {"test_similarity.test_given_the_peers_estimates": "table"},
    f"{SIMILARITY}/CopyDetect_similarity1_2PL": {"test_similarity.test_2pl_of_copydetect": r"item\.par"},
    f"{SIMILARITY}/CopyDetect_similarity2_single_pair5": {
        "test_similarity.test_given_the_peers_estimates": r"item\.par thetas",
        "test_similarity.test_one_pair_in_full": (
            r"W\.index GBT\.index K\.index K\.variants M4\.index single\.pair item\.par thetas"
        ),
    },
    f"{PERSON_FIT}/similarity_score_based": {
        "test_similarity.test_of_scores": "pairs stat",
        "test_similarity.test_p_values_of_scores": "pairs pval",
    },
    f"{PERSON_FIT}/nonparametric_first50": {"test_person_fit.test_of_scores_alone": "stat"},
    f"{PERSON_FIT}/lz_true_theta": {"test_irt_person_fit.test_lz_at_true_abilities": "stat"},
    f"{PERSON_FIT}/lz_ML_theta": {"test_irt_person_fit.test_lz_and_corrected_lz_at_ml_abilities": "stat pval"},
    f"{TIMES}/{{block}}": {
        "test_times.test_log_likelihood": "logLik",
        "test_times.test_parameters": "{figure}",
    },
    f"{TIMES}/aberrance_tau_ML": {"test_times.test_speed_by_maximum_likelihood": "tau_first100"},
    f"{TIMES}/aberrance_personfit_RT": {"test_times.test_person_fit": "stat_first100 pval_first100"},
    f"{TIMES}/aberrance_rg_{{rule}}": {
        "test_times.test_thresholds_and_effort": "thresholds rte_first100 flag_counts_per_item",
    },
    f"{TIMES}/LNIRT_MCMC": {"test_times.test_joint_model_of_lnirt": "lambda sigma2 b a"},
}

COMPARED = CLASSICAL | MARGINAL | CONDITIONAL | FAIRNESS | LINKS | PERSONS
