// SPDX-License-Identifier: GPL-2.0
/* The bad manners of real drivers. Each can be given, or taken away, at any time. */
#include <linux/module.h>

#include "modnic.h"

static uint round_to = 1;
module_param(round_to, uint, 0644);
MODULE_PARM_DESC(round_to, "rounds times down to multiples of this, without a word");

static bool echo_odd;
module_param(echo_odd, bool, 0644);
MODULE_PARM_DESC(echo_odd, "with round_to: shows what was asked for, not what is in force (ice)");

static bool inert;
module_param(inert, bool, 0644);
MODULE_PARM_DESC(inert, "takes and shows every setting, and never moderates");

static bool deaf;
module_param(deaf, bool, 0644);
MODULE_PARM_DESC(deaf, "takes every setting, and keeps the ones it has");

static bool refuse_default;
module_param(refuse_default, bool, 0644);
MODULE_PARM_DESC(refuse_default, "refuses the rx-frames that it was loaded with");

static bool refuse_while_adaptive;
module_param(refuse_while_adaptive, bool, 0644);
MODULE_PARM_DESC(refuse_while_adaptive, "refuses another rx-usecs while adaptive (iavf, ice)");

static bool mode_resets;
module_param(mode_resets, bool, 0644);
MODULE_PARM_DESC(mode_resets, "resets times and frames when adaptive-rx goes on or off (old mlx5)");

static bool show_rung;
module_param(show_rung, bool, 0644);
MODULE_PARM_DESC(show_rung, "while adaptive, shows the rx-usecs and rx-frames of the moment");

static uint flap_ms;
module_param(flap_ms, uint, 0644);
MODULE_PARM_DESC(flap_ms, "loses its carrier for so long at every change");

int manners_refuse(const struct settings *old, const struct settings *new,
		   struct netlink_ext_ack *extack)
{
	if (refuse_default && new->rx_frames == vendor.rx_frames) {
		NL_SET_ERR_MSG_MOD(extack, "rx-frames is not supported at this value");
		return -EINVAL;
	}
	if (refuse_while_adaptive && new->adaptive && new->rx_usecs != old->rx_usecs) {
		NL_SET_ERR_MSG_MOD(extack, "rx-usecs cannot be changed while adaptive-rx is on");
		return -EINVAL;
	}
	return 0;
}

static u32 rounded(u32 usecs)
{
	return round_to > 1 ? usecs - usecs % round_to : usecs;
}

static void keep_or_round(u32 *usecs)
{
	if (!echo_odd)
		*usecs = rounded(*usecs);
}

/*
 * The kernel fills a request up with what coalesce_get() shows. A rung that comes back was not
 * asked for by anybody.
 */
static void forget_rung(const struct end *end, struct settings *new)
{
	if (!manners_show_rung(&end->set))
		return;
	if (new->rx_usecs == end->rx.usecs)
		new->rx_usecs = end->set.rx_usecs;
	if (new->rx_frames == end->rx.frames)
		new->rx_frames = end->set.rx_frames;
}

/* What becomes of settings that were not refused. */
void manners_digest(const struct end *end, struct settings *new)
{
	forget_rung(end, new);
	keep_or_round(&new->rx_usecs);
	keep_or_round(&new->tx_usecs);
	keep_or_round(&new->usecs_low);
	keep_or_round(&new->usecs_high);
	if (mode_resets && new->adaptive != end->set.adaptive) {
		new->rx_usecs = vendor.rx_usecs;
		new->rx_frames = vendor.rx_frames;
		new->tx_usecs = vendor.tx_usecs;
		new->tx_frames = vendor.tx_frames;
	}
	if (deaf)
		*new = end->set;
}

/* The time in force when `usecs` is set. */
u32 manners_effect(u32 usecs)
{
	return inert ? 0 : rounded(usecs);
}

bool manners_show_rung(const struct settings *set)
{
	return show_rung && set->adaptive;
}

/* For how many jiffies a change costs the carrier. */
unsigned long manners_flap(void)
{
	return msecs_to_jiffies(flap_ms);
}
